import { type ClientBase, type Connection, type FieldDef, Query } from 'pg';
import { KeptQuery, standFor } from './kept-query.js';
import { type NamedStatement } from './statement-names.js';

declare module 'pg' {
  /** What the driver knows of the statements that have a name: which were prepared, and which are about to be. */
  interface Connection {
    readonly parsedStatements: Record<string, string | undefined>;
    readonly submittedNamedStatements: Record<string, string | undefined>;
  }
}

/** What became of statements that were sent in one piece. */
export interface PieceAnswer {
  /** Those that were carried out, from the first on. */
  readonly done: readonly KeptQuery[];
  /** Why the next one was not, nor anything behind it; null when all were. */
  readonly refusal: Error | null;
}

/** Takes what is sent over a connection, instead of the connection. */
class Collector {
  /** To write statements to, each of which would like to end with a Sync. */
  readonly statements: Connection;
  private readonly sink: Connection;
  private chunks: Buffer[] = [];

  constructor(connection: Connection) {
    const stream = { writable: true, write: (chunk: Buffer) => this.chunks.push(chunk) };
    this.sink = Object.create(connection, { stream: { value: stream } }) as Connection;
    const statements = Object.create(this.sink, { sync: { value: () => undefined } }) as Connection;
    this.statements = standFor(connection, statements);
  }

  /** All of it with one Sync behind it, and begins anew. */
  take(): Buffer {
    this.sink.sync();
    const piece = Buffer.concat(this.chunks);
    this.chunks = [];
    return piece;
  }
}

const collectors = new WeakMap<Connection, Collector>();

function collectorOf(connection: Connection): Collector {
  let found = collectors.get(connection);
  if (!found) collectors.set(connection, (found = new Collector(connection)));
  return found;
}

/**
 * Several statements that are one query to the driver. It asks `name` and `text` which statement was prepared now, so they
 * are always those of the statement whose answer is being read.
 */
class Piece extends Query {
  /** What PostgreSQL will keep a plan of when this is carried out. */
  private readonly preparing: string[] = [];
  private done = 0;

  constructor(
    private readonly queries: readonly KeptQuery[],
    private readonly settle: (answer: PieceAnswer) => void,
  ) {
    super('');
    this.turnTo(0);
  }

  /** For those who watch what is sent. */
  get statements(): ReadonlyArray<Pick<KeptQuery, 'text' | 'values'>> {
    return this.queries;
  }

  /** Sends everything or, when a value cannot be sent, nothing: the driver hands a returned error to `handleError`. */
  override submit = (connection: Connection): Error | null => {
    const collector = collectorOf(connection);
    try {
      this.queries.forEach((query, index) => {
        this.turnTo(index);
        this.remember(query, connection);
        query.prepare(collector.statements);
      });
    } catch (error) {
      collector.take();
      this.turnTo(0);
      return new Error('A value cannot be sent', { cause: error });
    }
    this.turnTo(0);
    const bytes = collector.take();
    if (connection.stream.writable) connection.stream.write(bytes);
    return null;
  };

  override handleRowDescription(message: { readonly fields: readonly FieldDef[] }): void {
    this.current.handleRowDescription(message);
  }

  override handleDataRow(message: { readonly fields: ReadonlyArray<string | null> }): void {
    this.current.handleDataRow(message);
  }

  override handleCommandComplete(message: { readonly text: string }, connection: Connection): void {
    this.current.handleCommandComplete(message, connection);
    this.turnTo(this.done + 1);
  }

  override handleReadyForQuery(): void {
    this.settle({ done: this.queries, refusal: null });
  }

  /** PostgreSQL looks at nothing between a refusal and the Sync, so what is behind it was not prepared either. */
  override handleError(refusal: Error, connection: Connection): void {
    for (const name of this.preparing) delete connection.submittedNamedStatements[name];
    this.settle({ done: this.queries.slice(0, this.done), refusal });
  }

  private get current(): KeptQuery {
    const query = this.queries[this.done];
    if (!query) throw new Error('PostgreSQL sent more results than there are statements');
    return query;
  }

  private turnTo(index: number): void {
    this.done = index;
    const { name, text = '' } = this.queries[index] ?? {};
    this.name = name;
    this.text = text;
  }

  private remember({ name }: KeptQuery, connection: Connection): void {
    if (name === undefined || connection.parsedStatements[name] !== undefined) return;
    if (connection.submittedNamedStatements[name] === undefined) this.preparing.push(name);
  }
}

/**
 * Sends statements in one piece with one Sync: PostgreSQL carries them out one after the other, answers once, and after a
 * refusal does nothing that is behind it. Does not reject: a connection that is lost refuses as well, whatever the
 * statements on their way have become.
 */
export async function sendPiece(to: ClientBase, statements: readonly NamedStatement[]): Promise<PieceAnswer> {
  const queries = statements.map((statement) => new KeptQuery(statement));
  return new Promise<PieceAnswer>((resolve) => void to.query(new Piece(queries, resolve)));
}
