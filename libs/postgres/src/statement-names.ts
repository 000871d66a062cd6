import { type QueryConfig } from 'pg';
import { TIMES_AS_TEXT } from './times-as-text.js';

/** More texts than the program has. SQL with values in its text reaches the limit instead of filling PostgreSQL's memory. */
const MAX_NAMES = 500;

/** A statement as the driver takes it. */
export type Statement = Readonly<QueryConfig>;

/**
 * Gives every SQL text a name in this process, under which each connection keeps it as a prepared statement. Switched off for
 * poolers that hand the next statement to another server, which does not know the name.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();

  constructor(private readonly enabled: boolean) {}

  statement(text: string, values: unknown[]): Statement {
    const name = this.enabled ? this.nameOf(text) : undefined;
    return name === undefined ? this.unnamed(text, values) : { name, text, values, types: TIMES_AS_TEXT };
  }

  /** A statement that is planned each time, where the best plan depends on the values. */
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
