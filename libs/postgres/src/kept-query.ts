import {
  type ClientBase,
  type Connection,
  type CustomTypesConfig,
  type FieldDef,
  type Pool,
  Query,
} from 'pg';
import { RowShape } from './row-shape.js';
import { type NamedStatement } from './statement-names.js';

declare module 'pg' {
  /** What the driver's class is made of beside what its types show. */
  interface Query {
    text: string;
    name?: string | undefined;
    values?: unknown[];
    _result: object;
    _results: object;
    _accumulateRows: boolean;
    /** What a row was that could not be read. */
    _canceledDueToError: false | Error;
    prepare(connection: Connection): void;
    handleRowDescription(message: { readonly fields: readonly FieldDef[] }): void;
    handleDataRow(message: { readonly fields: ReadonlyArray<string | null> }): void;
    handleCommandComplete(message: { readonly text: string }, connection: Connection): void;
    handleReadyForQuery(connection: Connection): void;
    handleError(error: Error, connection: Connection): void;
  }
}

/** What is known of the statements whose plans a connection keeps. */
class Kept {
  /** The same connection, on which nobody asks what the columns are. */
  readonly undescribed: Connection;

  constructor(
    connection: Connection,
    readonly shapes = new Map<string, RowShape>(),
  ) {
    this.undescribed = Object.create(connection, { describe: { value: () => undefined } }) as Connection;
  }
}

/** No statement has this name: one without a plan that is kept is described each time. */
const UNNAMED = '';

const kept = new WeakMap<Connection, Kept>();

function keptBy(connection: Connection): Kept {
  let found = kept.get(connection);
  if (!found) kept.set(connection, (found = new Kept(connection)));
  return found;
}

/** Says of an object that is sent to in place of the connection that the connection keeps the plans. */
export function standFor(connection: Connection, stand: Connection): Connection {
  kept.set(stand, new Kept(stand, keptBy(connection).shapes));
  return stand;
}

/** The rows of an answer. What the driver calls is named by the driver. */
class Answer {
  readonly rows: object[] = [];
  /** Set once it is complete, which is how the driver tells two answers apart. */
  command: string | null = null;
  shape: RowShape | null = null;

  constructor(
    readonly _types: CustomTypesConfig,
    private readonly described: (shape: RowShape) => void,
  ) {}

  addFields(fields: readonly FieldDef[]): void {
    this.shape = new RowShape(fields, this._types);
    this.described(this.shape);
  }

  parseRow(values: ReadonlyArray<string | null>): object {
    if (this.shape === null) throw new Error('A row arrived before its row description');
    return this.shape.read(values);
  }

  addRow(row: object): void {
    this.rows.push(row);
  }

  addCommandComplete({ text }: { readonly text: string }): void {
    this.command = text;
    // Nobody described any: the statement gives no rows, whatever it does.
    if (this.shape === null) this.described(new RowShape([], this._types));
  }
}

/**
 * A statement on its way. The driver has the columns described at every execution, and prepares for them anew: a tenth of what a
 * read by key costs. Of a statement whose plan the connection keeps, they are the same for as long as it keeps it:
 * PostgreSQL refuses a plan whose columns have changed. So they are described once.
 */
export class KeptQuery extends Query {
  private readonly answer: Answer;
  private kept: Kept | null = null;

  constructor({ name, text, values, types }: NamedStatement) {
    super(text, values);
    this.name = name;
    this.answer = new Answer(types, (shape) => {
      if (name !== undefined) this.kept?.shapes.set(name, shape);
    });
    this._result = this.answer;
    this._results = this.answer;
    this._accumulateRows = true;
  }

  /** What PostgreSQL says that it did; null before it has. */
  get command(): string | null {
    return this.answer.command;
  }

  /** The rows of a complete answer. Throws when one of them could not be read. */
  result(): object[] {
    if (this._canceledDueToError) throw this._canceledDueToError;
    return this.answer.rows;
  }

  override prepare(connection: Connection): void {
    this.kept = keptBy(connection);
    this.answer.shape = this.kept.shapes.get(this.name ?? UNNAMED) ?? null;
    super.prepare(this.answer.shape === null ? connection : this.kept.undescribed);
  }
}

/** Sends a statement and resolves with the rows of its answer. */
export async function sendStatement<Row extends object>(
  to: Pool | ClientBase,
  statement: NamedStatement,
): Promise<Row[]> {
  try {
    return await new Promise<Row[]>((resolve, reject) => {
      to.query(new KeptQuery(statement), (error: Error | null, answer: { readonly rows: object[] }) => {
        if (error) reject(error);
        else resolve(answer.rows as Row[]);
      });
    });
  } catch (error) {
    throw tracedToHere(error);
  }
}

/** The driver's own trace leads to a socket, this one to whoever asked. */
export function tracedToHere<E>(error: E): E {
  if (error instanceof Error) Error.captureStackTrace(error, tracedToHere);
  return error;
}
