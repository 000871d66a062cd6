import { query } from './database.mjs';
import { COLUMNS, JOINS, viewOf } from './document.mjs';

const READ_ONE = `SELECT ${COLUMNS} FROM documents.documents d ${JOINS} WHERE d.id = $1`;
const REVOCATION = `SELECT actor_id AS by, occurred_at AS at, reason_code AS "reasonCode", message, note
  FROM documents.history WHERE document_id = $1 AND revision = $2`;
const LIMIT = 20;

export async function readOne(id) {
  const { rows } = await query('read-one', READ_ONE, [id]);
  return rows.length === 0 ? null : view(rows[0]);
}

async function view(row) {
  if (row.status !== 'revoked') return viewOf(row);
  const { rows } = await query('revocation', REVOCATION, [row.id, row.revision]);
  return viewOf(row, rows[0]);
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
    items: await Promise.all(items.map(view)),
    nextCursor: more
      ? Buffer.from(`${last.created_text.replace(' ', 'T')} ${last.id}`).toString('base64url')
      : null,
  };
}
