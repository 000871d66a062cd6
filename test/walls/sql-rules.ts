import { PRODUCT } from '#libs/modules';

/** Which schema's tables a folder may name: a module the one that it declares. Every other folder may name none. */
export const MODULE_SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    PRODUCT.modules.flatMap(({ name, schema }) => (schema ? [[`libs/${name}`, [schema]]] : [])),
  ),
  // The list of applied migrations that readiness looks at.
  'libs/postgres': ['public'],
  // Compares the tables of these schemas with the log; only reads.
  'libs/log-check': ['audit'],
  'apps/reconcile': ['audit', 'documents', 'users'],
};

const SCHEMAS = `(${[...new Set(Object.values(MODULE_SCHEMAS).flat())].join('|')})`;
const TABLE_IN_SQL = new RegExp(
  `\\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ONLY|USING|TRUNCATE|REFERENCES)\\s+"?${SCHEMAS}"?\\s*[.]`,
  'gi',
);

/** The schemas whose tables a text of SQL names. */
export function schemasInSql(text: string): string[] {
  return [...text.matchAll(TABLE_IN_SQL)].map((match) => String(match[1]).toLowerCase());
}

/** Every foreign key in a text of DDL that leaves its table's schema, and every one of an audit table. */
export function foreignKeysAcrossSchemas(text: string): string[] {
  const found: string[] = [];
  let home = '';
  const parts =
    /\b(?:CREATE|ALTER)\s+TABLE\s+(?:IF\s+\w+\s+)*(?:ONLY\s+)?"?(\w+)"?[.]|\bREFERENCES\s+"?(\w+)"?([.])?/gi;
  for (const [, table, target, dot] of text.matchAll(parts)) {
    if (table !== undefined) home = table.toLowerCase();
    if (target === undefined) continue;
    const other = dot === undefined ? 'public' : target.toLowerCase();
    if (home === 'audit') found.push('a row of the audit log refers to nothing');
    else if (other !== home) found.push(`a foreign key leads from ${home || 'nowhere'} to ${other}`);
  }
  return found;
}

/** Text that looks like a query: the keywords in upper case. */
export const QUERY = /\b(SELECT\s[^]+\sFROM|INSERT\s+INTO|UPDATE\s[^]+\sSET|DELETE\s+FROM|WHERE)\b/;
