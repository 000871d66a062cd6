import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type EntityMetadata } from 'typeorm';

/** Columns by `schema.table.column`, each with its PostgreSQL type and the properties to compare. */
type Columns = Map<string, string>;

export type EntityClass = new () => object;

/** Every entity class of the product: what `*.entity.ts` files export. */
export async function allEntities(): Promise<EntityClass[]> {
  const files = globSync('libs/*/src/**/*.entity.ts', { cwd: process.cwd() });
  const modules = await Promise.all(
    files.map((file) => import(join(process.cwd(), file)) as Promise<Record<string, unknown>>),
  );
  const found = modules.flatMap((module) => Object.values(module));
  return found.filter((value): value is EntityClass => typeof value === 'function');
}

/**
 * The differences between the entities and the schema of a database: a column that only one side has, its type, whether it
 * is nullable, whether it belongs to the primary key. Tables without an entity are listed too; the caller knows which may be.
 * TypeORM's own comparison is not usable here: it would drop every index, check and partial index that it did not create.
 */
export async function entityDrift(
  url: string,
  entities: EntityClass[],
): Promise<{ differences: string[]; tablesWithoutEntity: string[] }> {
  const source = new DataSource({ type: 'postgres', url, entities });
  await source.initialize();
  try {
    const declared: Columns = new Map(source.entityMetadatas.flatMap((entity) => columnsOf(source, entity)));
    const tables = new Set(source.entityMetadatas.map(({ schema, tableName }) => `${schema}.${tableName}`));
    const all = await storedColumns(source);
    const stored: Columns = new Map([...all].filter(([name]) => tables.has(tableOf(name))));
    const names = [...new Set([...declared.keys(), ...stored.keys()])].toSorted();
    return {
      differences: names
        .filter((name) => declared.get(name) !== stored.get(name))
        .map(
          (name) =>
            `${name}: ${declared.get(name) ?? 'nothing'} in the entity, ${stored.get(name) ?? 'nothing'} in the database`,
        ),
      tablesWithoutEntity: [...new Set([...all.keys()].map(tableOf))]
        .filter((name) => !tables.has(name))
        .toSorted(),
    };
  } finally {
    await source.destroy();
  }
}

function tableOf(column: string): string {
  return column.slice(0, column.lastIndexOf('.'));
}

function columnsOf(source: DataSource, entity: EntityMetadata): Array<[string, string]> {
  return entity.columns.map((column) => {
    const type = source.driver.normalizeType(column) + (column.isArray ? '[]' : '');
    const name = `${entity.schema}.${entity.tableName}.${column.databaseName}`;
    return [name, describe(type, column.isNullable, column.isPrimary)];
  });
}

async function storedColumns(source: DataSource): Promise<Columns> {
  const rows = await source.query<
    Array<{ name: string; type: string; nullable: boolean; primary: boolean }>
  >(`
    SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type,
      NOT a.attnotnull AS nullable, coalesce(a.attnum = ANY (k.conkey), false) AS primary
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`);
  return new Map(rows.map(({ name, type, nullable, primary }) => [name, describe(type, nullable, primary)]));
}

function describe(type: string, nullable: boolean, primary: boolean): string {
  return [type, nullable ? 'null' : 'not null', ...(primary ? ['primary key'] : [])].join(' ');
}
