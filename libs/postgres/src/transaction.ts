import { type PoolClient } from 'pg';
import { type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { KeptQuery, tracedToHere } from './kept-query.js';
import { sendPiece } from './piece.js';
import { type NamedStatement, type StatementNames } from './statement-names.js';

/** What PostgreSQL answers to everything that follows a statement that failed. */
const IN_FAILED_TRANSACTION = '25P02';

/** The database says that nothing was kept. */
export class RolledBackError extends Error {
  /** `reason` is the refusal that was the beginning of it, where one is known. */
  constructor(readonly reason: Error | null) {
    super('The database rolled the transaction back', { cause: reason });
  }
}

/** What a unit of work throws because of a statement that the database refused. */
export type Explanation = (refusal: Error) => Error;

interface Unsent {
  readonly statement: NamedStatement;
  readonly explain: Explanation;
}

/** Whoever waits for a statement learns why it was refused as the database says it. */
const asItIs: Explanation = (refusal) => refusal;

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/**
 * One transaction on one connection. It waits only for answers that somebody needs: what is to be written is kept until
 * then and leaves in one piece with the statement that somebody waits for. BEGIN is part of the first piece and COMMIT of
 * the last. What is behind a refusal is not carried out: no write runs without its BEGIN, and nothing is committed of
 * which a part was refused. Where the first piece is the last, PostgreSQL makes one transaction of it without either.
 */
export class Transaction {
  private unsent: Unsent[] = [];
  /** Resolves once BEGIN was answered; null until it is sent. */
  private begun: Promise<void> | null = null;
  private failure: Error | null = null;
  /** Whether all of it left in one piece, without BEGIN and COMMIT. */
  private single = false;
  private over = false;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly names: StatementNames,
    private readonly readCommitted: boolean,
  ) {
    const query = runner.query.bind(runner);
    Object.assign(runner, {
      // TypeORM's methods ask the runner whether there is a transaction; its own way to begin one takes two answers.
      isTransactionActive: true,
      query: async (...statement: Parameters<typeof query>): Promise<unknown> => {
        await (this.begun === null || this.unsent.length > 0 ? this.send() : this.begun);
        return query(...statement);
      },
    });
  }

  /** Rejects when there is no connection. `readCommitted`: that is how its transactions are without being told so. */
  static async begin(
    dataSource: DataSource,
    names: StatementNames,
    readCommitted: boolean,
  ): Promise<Transaction> {
    const runner = dataSource.createQueryRunner('master');
    return new Transaction(runner, (await runner.connect()) as PoolClient, names, readCommitted);
  }

  /** For what TypeORM writes, within this transaction and no other, and after all that was written before. */
  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** The answer to a statement that changes nothing. */
  async read<Row extends object>(statement: NamedStatement): Promise<Row[]> {
    const answer = await this.send({ statement, explain: asItIs });
    return answer?.result() as Row[];
  }

  /** Leaves with the next statement that is waited for, which throws what `explain` makes of a refusal of this one. */
  write(statement: NamedStatement, explain: Explanation): void {
    this.unsent.push({ statement, explain });
  }

  /** Throws `RolledBackError` when nothing was kept. Whatever else it throws leaves that open. */
  async commit(): Promise<void> {
    try {
      if (this.failure !== null) throw this.failure;
      this.single = this.readCommitted && this.begun === null && this.unsent.length > 0;
      const answer = await (this.single ? this.sendAll(this.unsent) : this.send(this.plain('COMMIT')));
      this.over = true;
      // PostgreSQL commits a single piece after its last statement, and says nothing but that it is ready for the next.
      if (this.single || answer?.command === 'COMMIT') return;
    } catch (refusal) {
      // A lost connection looks like a refusal, and may have lost the answer to a COMMIT that was carried out.
      if (await this.isRolledBack()) throw new RolledBackError(refusal as Error);
      throw refusal;
    }
    throw new RolledBackError(null);
  }

  /** Resolves once nothing of it can become visible; rejects when that is not confirmed. */
  async rollBack(): Promise<void> {
    if (this.over || this.begun === null || this.runner.isReleased) return;
    await this.client.query('ROLLBACK');
    this.over = true;
  }

  /** What `thrown` came of: the statement that was refused, where it is only the echo of that. */
  causeOf(thrown: unknown): unknown {
    return this.failure !== null && isEcho(thrown) ? this.failure : thrown;
  }

  /** Gives the connection back; nobody gets it again when `broken` says why it cannot be trusted. */
  async release(broken?: unknown): Promise<void> {
    // TypeORM gives a connection that reports an error back as broken.
    if (broken !== undefined && !this.runner.isReleased) this.client.emit('error', broken);
    await this.runner.release();
  }

  private plain(text: string): Unsent {
    return { statement: this.names.statement(text, []), explain: asItIs };
  }

  /** Sends what is unsent, and `last` behind it, whose answer it is. Throws what the refusal of any of them means. */
  private async send(...last: Unsent[]): Promise<KeptQuery | undefined> {
    if (this.begun !== null) await this.begun;
    const begin = this.begun === null ? [this.plain(BEGIN)] : [];
    return this.sendAll([...begin, ...this.unsent, ...last]);
  }

  private async sendAll(piece: readonly Unsent[]): Promise<KeptQuery | undefined> {
    this.unsent = [];
    const sent = sendPiece(
      this.client,
      piece.map(({ statement }) => statement),
    );
    if (this.begun === null) {
      this.begun = sent.then(({ done, refusal }) => {
        if (refusal !== null && done.length === 0) throw refusal;
      });
      this.begun.catch(() => undefined);
    }
    const { done, refusal } = await sent;
    if (refusal === null) return done.at(-1);
    const reason = (piece[done.length]?.explain ?? asItIs)(tracedToHere(refusal));
    this.failure ??= reason;
    throw isEcho(refusal) ? this.failure : reason;
  }

  /** Whether the database confirms that nothing was kept of what it was not told to commit. */
  private async isRolledBack(): Promise<boolean> {
    // Where there is nothing to roll back, PostgreSQL would log that somebody tried.
    this.over = await this.client.query(this.single ? 'SELECT' : 'ROLLBACK').then(
      () => true,
      () => false,
    );
    return this.over;
  }
}

function isEcho(error: unknown): boolean {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return (driverError?.code ?? code) === IN_FAILED_TRANSACTION;
}
