import { getMetadataArgsStorage } from 'typeorm';

interface Column<E> {
  readonly property: keyof E & string;
  readonly name: string;
  readonly type: string;
  readonly primary: boolean;
  readonly update: boolean;
}

/** SQL with its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: unknown[];
}

/** A value as it is read: timestamps as `Time`, bytes in lower-case hexadecimal. */
type Read<Value, Time> = Value extends Date ? Time : Value extends Buffer ? string : Value;

/** The properties of an entity that was read with `EntityTable.reader`. */
export type ReadEntity<E, Time> = { [Property in keyof E]: Read<E[Property], Time> };

/** A row of `EntityTable.columns(alias)`, for example with `d.ownerId`. Timestamps are RFC 3339 text. */
export type Aliased<Alias extends string, E> = {
  [Property in keyof E & string as `${Alias}.${Property}`]: Read<E[Property], string>;
};

/**
 * SQL for one table, generated from its entity, which is the only list of its columns. Each statement has one text, so
 * that it is prepared once. UPDATE omits primary keys and columns with `update: false`.
 */
export class EntityTable<E extends object> {
  /** Qualified name: schema and table. */
  readonly name: string;
  private readonly all: ReadonlyArray<Column<E>>;
  private readonly updated: ReadonlyArray<Column<E>>;
  private readonly keys: ReadonlyArray<Column<E>>;
  private readonly insertText: string;
  private readonly updateText: string;

  constructor(entity: new () => E) {
    const storage = getMetadataArgsStorage();
    const table = storage.tables.find(({ target }) => target === entity);
    if (!table) throw new Error(`${entity.name} is not an entity`);
    this.name = `${table.schema}.${table.name}`;
    this.all = storage.filterColumns(entity).map(({ propertyName, options }) => ({
      property: propertyName as keyof E & string,
      name: options.name ?? propertyName,
      type: String(options.type),
      primary: options.primary ?? false,
      update: options.update ?? true,
    }));
    this.keys = this.all.filter(({ primary }) => primary);
    this.updated = this.all.filter(({ primary, update }) => update && !primary);
    this.insertText = `INSERT INTO ${this.name} (${namesOf(this.all).join(', ')})
      VALUES (${this.all.map((_, index) => `$${index + 1}`).join(', ')})`;
    this.updateText = `UPDATE ${this.name} SET ${assignments(this.updated, 0).join(', ')}
      WHERE ${assignments(this.keys, this.updated.length).join(' AND ')}`;
  }

  /** The column list for a SELECT from this table under the alias. */
  columns(alias: string): string {
    return this.all
      .map(({ property, name, type }) => {
        const column = `${alias}.${name}`;
        return `${type === 'bytea' ? `encode(${column}, 'hex')` : column} AS "${alias}.${property}"`;
      })
      .join(', ');
  }

  /** Takes the properties, except those omitted, out of a row of `columns(alias)`. `time` converts RFC 3339 text. */
  reader<Alias extends string, Omitted extends keyof E & string = never>(
    alias: Alias,
    ...omitted: Omitted[]
  ): <Time>(row: Aliased<Alias, E>, time: (text: string) => Time) => Omit<ReadEntity<E, Time>, Omitted> {
    const columns = this.all
      .filter(({ property }) => !(omitted as string[]).includes(property))
      .map(({ property, type }) => ({
        property,
        key: `${alias}.${property}`,
        isTime: type === 'timestamptz',
      }));
    return <Time>(row: object, time: (text: string) => Time) => {
      const entity: Record<string, unknown> = {};
      for (const { property, key, isTime } of columns) {
        const value = (row as Record<string, unknown>)[key];
        entity[property] = isTime && value !== null ? time(value as string) : value;
      }
      return entity as Omit<ReadEntity<E, Time>, Omitted>;
    };
  }

  insert(row: E): Sql {
    return { text: this.insertText, values: valuesOf(row, this.all) };
  }

  /** Updates the row that has the primary key of `row`. */
  update(row: E): Sql {
    return { text: this.updateText, values: valuesOf(row, [...this.updated, ...this.keys]) };
  }
}

function namesOf<E>(columns: ReadonlyArray<Column<E>>): string[] {
  return columns.map(({ name }) => name);
}

function assignments<E>(columns: ReadonlyArray<Column<E>>, before: number): string[] {
  return columns.map(({ name }, index) => `${name} = $${before + index + 1}`);
}

function valuesOf<E>(row: E, columns: ReadonlyArray<Column<E>>): unknown[] {
  return columns.map(({ property, type }) => {
    const value: unknown = row[property];
    // The driver would send an array as a PostgreSQL array.
    return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
  });
}
