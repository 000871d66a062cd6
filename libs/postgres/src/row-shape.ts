import { type CustomTypesConfig, type FieldDef, types as standard } from 'pg';

type Parse = (text: string) => unknown;

/** What is text already needs no parser. */
const TEXTS = new Set<number>([standard.builtins.TEXT, standard.builtins.VARCHAR, standard.builtins.UUID]);

/** What the rows of one statement look like, and how each column is read. */
export class RowShape {
  private readonly names: readonly string[];
  private readonly parsers: ReadonlyArray<Parse | null>;
  /** Copied for each row, so that all of them have their members in the same order. */
  private readonly empty: Readonly<Record<string, null>>;

  constructor(fields: readonly FieldDef[], types: CustomTypesConfig) {
    this.names = fields.map(({ name }) => name);
    this.parsers = fields.map(({ dataTypeID }) =>
      TEXTS.has(dataTypeID) ? null : (types.getTypeParser(dataTypeID, 'text') as Parse),
    );
    this.empty = Object.fromEntries(this.names.map((name) => [name, null]));
  }

  /** The row of the values that the database sent, in the order of the columns. */
  read(values: ReadonlyArray<string | null>): Record<string, unknown> {
    const { names, parsers } = this;
    if (values.length !== names.length)
      throw new Error('A row does not match the row description of its statement');
    const row: Record<string, unknown> = { ...this.empty };
    for (let index = 0; index < values.length; index += 1) {
      const text = values[index] as string | null;
      if (text === null) continue;
      const parse = parsers[index] as Parse | null;
      row[names[index] as string] = parse === null ? text : parse(text);
    }
    return row;
  }
}
