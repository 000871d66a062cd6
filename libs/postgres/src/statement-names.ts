import { type CustomTypesConfig } from 'pg';
import { TIMES_AS_TEXT } from './times-as-text.js';

/** More texts than the program has; whoever puts values into texts runs into it instead of filling PostgreSQL's memory. */
const MAX_NAMES = 500;

/** A statement as the driver takes it. */
export interface NamedStatement {
  readonly text: string;
  readonly values: unknown[];
  readonly name?: string;
  readonly types: CustomTypesConfig;
}

/**
 * Gives every text of SQL a name in this process, under which PostgreSQL keeps its plan for as long as a connection lives:
 * a third of what a short read costs is planning it. Switched off for poolers that hand the next statement to another
 * server, which does not know the name.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();

  constructor(private readonly enabled: boolean) {}

  /** A statement that is planned anew each time, where the best plan depends on the values. */
  unnamed(text: string, values: unknown[]): NamedStatement {
    return { text, values, types: TIMES_AS_TEXT };
  }

  statement(text: string, values: unknown[]): NamedStatement {
    const name = this.enabled ? this.nameOf(text) : undefined;
    return name === undefined
      ? { text, values, types: TIMES_AS_TEXT }
      : { name, text, values, types: TIMES_AS_TEXT };
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MAX_NAMES) return known;
    const name = `veritrail_${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
