import { type PostgresUnderTest } from './postgres-under-test.js';

/** Columns, constraints, indexes, triggers, functions, grants and applied migrations, as comparable text. */
const PARTS = [
  `SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default
   FROM information_schema.columns WHERE table_schema IN ('users', 'auth', 'documents', 'audit', 'api', 'public')`,
  `SELECT conrelid::regclass::text AS on, conname, pg_get_constraintdef(oid) AS def FROM pg_constraint
   WHERE connamespace::regnamespace::text IN ('users', 'auth', 'documents', 'audit', 'api', 'public')`,
  `SELECT schemaname, indexname, indexdef FROM pg_indexes
   WHERE schemaname IN ('users', 'auth', 'documents', 'audit', 'api', 'public')`,
  `SELECT tgrelid::regclass::text AS on, pg_get_triggerdef(oid) AS def FROM pg_trigger WHERE NOT tgisinternal`,
  `SELECT pronamespace::regnamespace::text AS in, pg_get_functiondef(oid) AS def FROM pg_proc
   WHERE pronamespace::regnamespace::text IN ('users', 'auth', 'documents', 'audit', 'api', 'public')`,
  `SELECT relnamespace::regnamespace::text AS in, relname, relacl::text FROM pg_class
   WHERE relnamespace::regnamespace::text IN ('users', 'auth', 'documents', 'audit', 'api', 'public')`,
  `SELECT name FROM public.migrations`,
];

/** The schema of the product's database: equal text, equal schema. */
export async function schemaOf(postgres: PostgresUnderTest): Promise<string> {
  const lines: string[] = [];
  for (const part of PARTS) {
    const rows = await postgres.rows(part);
    lines.push(...rows.map((row) => JSON.stringify(row)).toSorted());
  }
  return lines.join('\n');
}
