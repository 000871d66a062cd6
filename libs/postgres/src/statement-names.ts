import { type QueryConfig } from 'pg';
import { TIMES_AS_TEXT } from './times-as-text.js';

/**
 * More texts than the program has. SQL that contains values reaches the limit instead of filling PostgreSQL's memory.
 */
const MAX_NAMES = 500;

/** A statement for the driver. */
export type Statement = Readonly<QueryConfig>;

/**
 * Gives each SQL text a name, under which each connection keeps a prepared statement. Switched off for poolers that
 * send the next statement to a different server session, where the name is unknown.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();

  constructor(private readonly enabled: boolean) {}

  statement(text: string, values: unknown[]): Statement {
    const name = this.enabled ? this.nameOf(text) : undefined;
    return name === undefined ? this.unnamed(text, values) : { name, text, values, types: TIMES_AS_TEXT };
  }

  /** A statement that PostgreSQL plans each time, because the best plan depends on the values. */
  unnamed(text: string, values: unknown[]): Statement {
    return { text, values, types: TIMES_AS_TEXT };
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MAX_NAMES) return known;
    const name = `veritrail_${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
