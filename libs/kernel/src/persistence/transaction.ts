import { type PoolClient } from 'pg';
import { type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { sendStatement } from './kept-query.js';
import { sendInOnePiece } from './one-piece.js';
import { type NamedStatement } from './statement-names.js';

/** What PostgreSQL answers to everything that follows a statement that failed. */
const IN_FAILED_TRANSACTION = '25P02';

/** The database says that nothing was kept. */
export class RolledBackError extends Error {
  /** `reason` is the refusal that was the beginning of it, where one is known. */
  constructor(readonly reason: Error | null) {
    super('The database rolled the transaction back', { cause: reason });
  }
}

/** What a unit of work throws because of a write that the database refused. */
export type Explanation = (refusal: Error) => Error;

/**
 * One transaction on one connection. What it sends leaves in order and is answered in order, so it waits only for answers
 * that somebody needs: BEGIN travels with the first read, and COMMIT with the writes before it, in one piece each. Once a
 * statement has failed, PostgreSQL refuses all that follow and answers COMMIT with ROLLBACK: what was sent in vain is not
 * kept.
 */
export class Transaction {
  private readonly begun: Promise<unknown>;
  private readonly unanswered: Array<Promise<void>> = [];
  private failure: Error | null = null;
  private over = false;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {
    sendInOnePiece(client);
    this.begun = client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    this.begun.catch(() => undefined);
    // TypeORM's methods ask the runner whether there is a transaction; its own way to begin one takes two answers.
    Object.assign(runner, { isTransactionActive: true });
  }

  /** Rejects when there is no connection. */
  static async begin(dataSource: DataSource): Promise<Transaction> {
    const runner = dataSource.createQueryRunner('master');
    return new Transaction(runner, (await runner.connect()) as PoolClient);
  }

  /** For what TypeORM writes, within this transaction and no other. */
  async manager(): Promise<EntityManager> {
    await this.begun;
    return this.runner.manager;
  }

  /** The answer to a statement that changes nothing: the first one leaves before it is known that the transaction began. */
  async read<Row extends object>(statement: NamedStatement): Promise<Row[]> {
    const [rows] = await Promise.all([sendStatement<Row>(this.client, statement), this.begun]);
    return rows;
  }

  /** Sends a statement and does not wait for its answer. If it is refused, the commit throws what `explain` makes of that. */
  async write(statement: NamedStatement, explain: Explanation): Promise<void> {
    await this.begun;
    sendInOnePiece(this.client);
    const answer = sendStatement(this.client, statement).then(
      () => undefined,
      (refusal: Error) => {
        this.failure ??= explain(refusal);
      },
    );
    this.unanswered.push(answer);
  }

  /** Throws `RolledBackError` when nothing was kept. Whatever else it throws leaves that open. */
  async commit(): Promise<void> {
    const { command } = await this.client.query('COMMIT');
    this.over = true;
    // Answers come in order: those to all writes are here.
    await Promise.all(this.unanswered);
    if (command !== 'COMMIT') throw new RolledBackError(this.failure);
  }

  /** Resolves once nothing of it can become visible; rejects when that is not confirmed. */
  async rollBack(): Promise<void> {
    if (this.over || this.runner.isReleased) return;
    await this.client.query('ROLLBACK');
    this.over = true;
  }

  /** What `thrown` came of: the write that was refused, where it is only the echo of that. */
  async causeOf(thrown: unknown): Promise<unknown> {
    await Promise.all(this.unanswered);
    return this.failure !== null && isEcho(thrown) ? this.failure : thrown;
  }

  /** Gives the connection back; nobody gets it again when `broken` says why it cannot be trusted. */
  async release(broken?: unknown): Promise<void> {
    // TypeORM gives a connection that reports an error back as broken.
    if (broken !== undefined && !this.runner.isReleased) this.client.emit('error', broken);
    await this.runner.release();
  }
}

function isEcho(error: unknown): boolean {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return (driverError?.code ?? code) === IN_FAILED_TRANSACTION;
}
