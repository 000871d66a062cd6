import { Client } from 'pg';

/** Leaves out objects of extensions and of PostgreSQL's own schemas. */
const FROM_MIGRATIONS = (oid: string, schema: string): string => `
  ${schema} NOT LIKE 'pg\\_%' AND ${schema} <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = ${oid} AND x.deptype = 'e')`;

/** Privileges in one form: no grants mean the defaults of the kind of object; the order has no meaning. */
const grants = (acl: string, kind: string, owner: string): string =>
  `(SELECT string_agg(g::text, ',' ORDER BY g::text) FROM unnest(coalesce(${acl}, acldefault(${kind}, ${owner}))) g)`;

/** One statement for each kind of object that a migration can leave behind; each row is one line of the dump. */
const PARTS: Readonly<Record<string, string>> = {
  schema: `SELECT nspname, pg_get_userbyid(nspowner), ${grants('nspacl', `'n'`, 'nspowner')} FROM pg_namespace WHERE ${FROM_MIGRATIONS('oid', 'nspname')}`,
  relation: `SELECT n.nspname, c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner),
      ${grants('c.relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'c.relowner')}, c.reloptions,
      c.relrowsecurity, c.relforcerowsecurity, obj_description(c.oid),
      CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${FROM_MIGRATIONS('c.oid', 'n.nspname')}`,
  column: `SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
      a.attgenerated, a.attacl, a.attstorage, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid),
      col_description(c.oid, a.attnum)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND ${FROM_MIGRATIONS('c.oid', 'n.nspname')}`,
  constraint: `SELECT n.nspname, conrelid::regclass, conname, pg_get_constraintdef(k.oid), convalidated
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${FROM_MIGRATIONS('k.oid', 'n.nspname')}`,
  index: `SELECT n.nspname, pg_get_indexdef(i.indexrelid), i.indisvalid FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${FROM_MIGRATIONS('c.oid', 'n.nspname')}`,
  trigger: `SELECT n.nspname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND ${FROM_MIGRATIONS('c.oid', 'n.nspname')}`,
  function: `SELECT n.nspname, pg_get_userbyid(p.proowner), ${grants('p.proacl', `'f'`, 'p.proowner')}, pg_get_functiondef(p.oid) FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND ${FROM_MIGRATIONS('p.oid', 'n.nspname')}`,
  type: `SELECT n.nspname, t.typname, t.typtype,
      (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e', 'r') AND ${FROM_MIGRATIONS('t.oid', 'n.nspname')}`,
  policy: `SELECT schemaname, tablename, policyname, roles, cmd, qual, with_check FROM pg_policies`,
  defaultAcl: `SELECT pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype, defaclacl
    FROM pg_default_acl`,
  extension: `SELECT extname, extnamespace::regnamespace FROM pg_extension`,
};

/** All schema objects of the migrations as sorted lines: equal lines mean equal schemas. Rows are not included. */
export async function dumpCatalogue(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const lines: string[] = [];
    for (const [kind, text] of Object.entries(PARTS)) {
      const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
      lines.push(...rows.map((row) => `${kind} ${row.map(String).join(' | ')}`).toSorted());
    }
    return lines;
  });
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
