import { createHash, randomBytes } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import { v7 } from 'uuid';
import { originOf, stamp } from './audit.mjs';
import { query } from './database.mjs';
import { issueToken } from './token.mjs';

const REFRESH_MS = 7 * 86_400_000;

const ACCOUNT = `
  SELECT u.id, u.roles, c.password_hash FROM users.users u JOIN auth.credentials c ON c.user_id = u.id
  WHERE lower(u.email) = lower($1) AND u.status = 'active'`;

const AUDITED = (action, by) => `
  INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, authenticated_by,
    session_id, target_type, target_id, target_owner_id, request_id, ip, user_agent)
  SELECT $1, $2, '${action}', 'succeeded', 'user', s.user_id, '{user}', '${by}', s.id, 'session', s.id::text, s.user_id,
    $3, $4, $5 FROM s`;

const OPEN = `
  WITH s AS (
    INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, ip, user_agent)
    VALUES ($6, $7, $2, $2, $8, $4, $5) RETURNING id, user_id),
  t AS (
    INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at) SELECT $9, id, $2, $8 FROM s)
  ${AUDITED('session.created', 'password')}`;

const REFRESH = `
  WITH spent AS (
    UPDATE auth.refresh_tokens t SET used_at = $2 FROM auth.sessions s
    WHERE t.token_sha256 = $6 AND t.used_at IS NULL AND t.expires_at > $2 AND s.id = t.session_id
      AND s.revoked_at IS NULL AND s.expires_at > $2 RETURNING s.id),
  s AS (UPDATE auth.sessions SET last_used_at = $2 FROM spent WHERE sessions.id = spent.id RETURNING sessions.id, user_id, created_at),
  t AS (
    INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at) SELECT $7, id, $2, $8 FROM s),
  audited AS (${AUDITED('session.refreshed', 'refresh token')})
  SELECT id, user_id, created_at FROM s`;

const newSecret = () => `vtr_${randomBytes(32).toString('base64url')}`;
const fingerprintOf = (secret) => createHash('sha256').update(secret).digest();

/** Null for a wrong address or password. */
export async function login({ email, password }, request) {
  const { rows } = await query('account', ACCOUNT, [email]);
  if (rows.length === 0 || !(await verify(rows[0].password_hash, password))) return null;
  const { id, at } = stamp();
  const [sessionId, refreshToken] = [v7(), newSecret()];
  const until = new Date(at.getTime() + REFRESH_MS);
  const values = [id, at, ...originOf(request), sessionId, rows[0].id, until, fingerprintOf(refreshToken)];
  await query('open', OPEN, values);
  return { tokenType: 'Bearer', ...issueToken(rows[0].id, sessionId, at), refreshToken };
}

/** Null for an unknown or used token. */
export async function refresh({ refreshToken }, request) {
  const { id, at } = stamp();
  const next = newSecret();
  const until = new Date(at.getTime() + REFRESH_MS);
  const values = [id, at, ...originOf(request), fingerprintOf(refreshToken), fingerprintOf(next), until];
  const { rows } = await query('refresh', REFRESH, values);
  if (rows.length === 0) return null;
  const [session] = rows;
  return {
    tokenType: 'Bearer',
    ...issueToken(session.user_id, session.id, session.created_at),
    refreshToken: next,
  };
}
