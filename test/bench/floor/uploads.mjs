import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { AUDIT_COLUMNS, originOf, stamp } from './audit.mjs';
import { query } from './database.mjs';
import { viewOf } from './document.mjs';

const FOLDER = process.env.DATA_DIR;
mkdirSync(FOLDER, { recursive: true });

const INSERT = `
  WITH d AS (
    INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, created_at, updated_at)
    VALUES ($1, $2, 'Bench', 'passport', 'pending', 1, $4, $4) RETURNING *),
  v AS (
    INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
      created_at)
    VALUES ($1, 1, decode($8, 'hex'), $9, 'application/pdf', 'document.pdf', $10, $2, $4) RETURNING *),
  history AS (
    INSERT INTO documents.history (document_id, revision, action, to_status, version_number, actor_id, occurred_at)
    VALUES ($1, 1, 'uploaded', 'pending', 1, $2, $4)),
  audited AS (
    INSERT INTO audit.entries (${AUDIT_COLUMNS})
    VALUES ($3, $4, 'document.uploaded', 'succeeded', 'user', $2, '{user}', 'password', $11, 'document', $1::text, 1,
      decode($8, 'hex'), $2, $5, $6, $7, jsonb_build_object('before', '{}'::jsonb, 'after',
        jsonb_build_object('status', 'pending', 'revision', 1, 'version', 1, 'sha256', $8::text)), NULL))
  SELECT d.*, v.number, encode(v.sha256, 'hex') AS sha256, v.size, v.media_type, v.file_name, NULL AS decision_id
  FROM d, v`;

const READ = `
  WITH found AS (
    SELECT d.owner_id, v.number, v.sha256, v.size, v.storage_key
    FROM documents.documents d JOIN documents.versions v ON v.document_id = d.id AND v.number = d.current_version
    WHERE d.id = $1),
  audited AS (
    INSERT INTO audit.entries (${AUDIT_COLUMNS})
    SELECT $3, $4, 'document.content_read', 'succeeded', 'user', $2, '{verifier}', 'password', $8::uuid, 'document',
      $1::text, number, sha256, owner_id, $5, $6, $7, NULL, NULL FROM found),
  delivered AS (
    INSERT INTO documents.deliveries AS r (document_id, reader_id, sha256, ranges)
    SELECT $1, $2, sha256, int8multirange(int8range($9, $10, '[]')) FROM found
    ON CONFLICT ON CONSTRAINT pk_deliveries DO UPDATE SET ranges = r.ranges + excluded.ranges)
  SELECT size, storage_key FROM found`;

/** Streams the body to disk while hashing it, syncs it, renames it, and inserts its rows. */
export async function upload(request, claims) {
  const storageKey = v7();
  const staged = join(FOLDER, `${storageKey}.part`);
  const { sha256, size } = await streamAndHash(request, staged, true);
  await rename(staged, join(FOLDER, storageKey));
  const { id: entryId, at } = stamp();
  const values = [v7(), claims.sub, entryId, at, ...originOf(request), sha256, size, storageKey, claims.sid];
  const { rows } = await query('upload', INSERT, values);
  return viewOf(rows[0]);
}

/** Only the bytes: no token, no rows. */
export async function bareUpload(request, durable) {
  return streamAndHash(request, join(FOLDER, v7()), durable);
}

/** The requested range of a document as a stream, after its audit row and the row of its delivery. */
export async function content(id, claims, request) {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range) ?? [];
  if (last === undefined) return null;
  const [start, end] = [Number(first), Number(last)];
  const { id: entryId, at } = stamp();
  const { rows } = await query('content', READ, [
    id,
    claims.sub,
    entryId,
    at,
    ...originOf(request),
    claims.sid,
    start,
    end,
  ]);
  if (rows.length === 0) return null;
  const [{ size, storage_key: key }] = rows;
  return { start, end, size, stream: createReadStream(join(FOLDER, key), { start, end }) };
}

/** The size of one write: each is a system call, during which its bytes are hashed. */
const PIECE_BYTES = 512 * 1024;

async function streamAndHash(request, path, durable) {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  let size = 0;
  let piece = [];
  let pieceBytes = 0;
  const write = async () => {
    const written = file.writev(piece);
    for (const chunk of piece) hash.update(chunk);
    await written;
    piece = [];
    pieceBytes = 0;
  };
  try {
    for await (const chunk of request) {
      size += chunk.length;
      pieceBytes += chunk.length;
      piece.push(chunk);
      if (pieceBytes >= PIECE_BYTES) await write();
    }
    if (pieceBytes > 0) await write();
    if (durable) await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), size };
}
