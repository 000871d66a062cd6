import { query } from './database.mjs';
import { COLUMNS, JOINS, viewOf } from './document.mjs';

const READ_ONE = `SELECT ${COLUMNS} FROM documents.documents d ${JOINS} WHERE d.id = $1`;
const LIMIT = 20;

export async function readOne(id) {
  const { rows } = await query('read-one', READ_ONE, [id]);
  return rows.length === 0 ? null : viewOf(rows[0]);
}

/** Newest first, by keyset, with only the requested conditions. */
export async function list(parameters) {
  const values = [];
  const conditions = [];
  let name = 'list';
  const where = (parameter, condition, value = parameters.get(parameter)) => {
    if (value === null) return;
    name += `:${parameter}`;
    conditions.push(condition(`$${values.push(value)}`));
  };
  where('status', (p) => `d.status = ${p}`);
  where('type', (p) => `d.type = ${p}`);
  where('ownerId', (p) => `d.owner_id = ${p}`);
  const q = parameters.get('q');
  where('q', (p) => `d.title ILIKE ${p}`, q === null ? null : `%${q}%`);
  const cursor = parameters.get('cursor');
  if (cursor !== null) {
    const [createdAt, id] = Buffer.from(cursor, 'base64url').toString().split(' ');
    where(
      'cursor',
      (p) => `(d.created_at, d.id) < (${p}::timestamptz, $${values.push(id)}::uuid)`,
      createdAt,
    );
  }
  // The time as text too, because the cursor must not lose microseconds.
  const text = `SELECT ${COLUMNS}, d.created_at::text AS created_text FROM documents.documents d ${JOINS}
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY d.created_at DESC, d.id DESC LIMIT ${LIMIT + 1}`;
  const { rows } = await query(name, text, values);
  const items = rows.slice(0, LIMIT);
  const last = items.at(-1);
  const more = rows.length > LIMIT;
  return {
    items: items.map(viewOf),
    nextCursor: more
      ? Buffer.from(`${last.created_text.replace(' ', 'T')} ${last.id}`).toString('base64url')
      : null,
  };
}
