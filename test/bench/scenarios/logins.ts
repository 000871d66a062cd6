import { createHash, randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type autocannon from 'autocannon';
import { newId } from '#libs/kernel';
import { type Load } from '../drive.js';
import { type Scenario } from '../scenario.js';
import { ownerEmail, ownerId } from '../seed/people.js';
import { type Dataset } from '../dataset.js';

const PASSWORD = 'nine quiet otters read at noon';
/** The product's parameters, so that neither server rehashes: libs/auth/src/passwords/password-hasher.ts. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CONNECTIONS = 8;
export const LOGIN_ACCOUNTS = 16;
const HEADERS = { 'content-type': 'application/json' };

export const LOGIN: Scenario = {
  name: 'login',
  title: 'login (argon2id)',
  target: null,
  prepare: async (dataset) => {
    await givePasswords(dataset);
    return {
      load: async (_server, seconds): Promise<Load> => ({
        connections: CONNECTIONS,
        seconds,
        expected: 200,
        check: isTokenPair,
        requestsOf: (connection): autocannon.Request[] => [loginRequest(connection)],
      }),
    };
  },
};

export function loginRequest(index: number): autocannon.Request {
  const body = JSON.stringify({ email: ownerEmail(index), password: PASSWORD });
  return { method: 'POST', path: '/v1/auth/login', headers: HEADERS, body };
}

/** For all accounts that sign in here. */
export async function givePasswords({ admin }: Dataset): Promise<void> {
  const stored = await hash(PASSWORD, PARAMETERS);
  await admin.query(
    `INSERT INTO auth.credentials (user_id, password_hash, changed_at) SELECT id, $2, now() FROM unnest($1::uuid[]) AS id
     ON CONFLICT DO NOTHING`,
    [Array.from({ length: LOGIN_ACCOUNTS }, (_, index) => ownerId(index)), stored],
  );
}

/** Each connection uses its own session, whose tokens work once. */
export const REFRESH: Scenario = {
  name: 'refresh',
  title: 'refresh a session',
  target: 0.45,
  prepare: async (dataset) => ({
    load: async (_server, seconds): Promise<Load> => {
      const tokens = await openRefreshable(dataset, CONNECTIONS);
      return {
        connections: CONNECTIONS,
        seconds,
        expected: 200,
        check: isTokenPair,
        requestsOf: (connection): autocannon.Request[] => {
          let refreshToken = tokens[connection]!;
          return [
            {
              setupRequest: (request: autocannon.Request) => ({
                ...request,
                method: 'POST',
                path: '/v1/auth/refresh',
                headers: HEADERS,
                body: JSON.stringify({ refreshToken }),
              }),
              onResponse: (status: number, body: string) => {
                if (status === 200) ({ refreshToken } = JSON.parse(body) as { refreshToken: string });
              },
            },
          ];
        },
      };
    },
  }),
};

/** Refresh tokens of new sessions, as sign-ins create them. */
async function openRefreshable({ admin }: Dataset, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, (_, index) => {
    const token = `vtr_${randomBytes(32).toString('base64url')}`;
    return {
      token,
      session: newId(),
      owner: ownerId(index),
      sha256: createHash('sha256').update(token).digest(),
    };
  });
  await admin.query(
    `WITH fresh AS (
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS f (session_id, user_id, token_sha256)),
     s AS (
       INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, ip)
       SELECT session_id, user_id, now(), now(), now() + interval '1 day', '127.0.0.1' FROM fresh)
     INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at)
     SELECT token_sha256, session_id, now(), now() + interval '1 day' FROM fresh`,
    [made.map((one) => one.session), made.map((one) => one.owner), made.map((one) => one.sha256)],
  );
  return made.map(({ token }) => token);
}

function isTokenPair(body: string): string | null {
  const { accessToken, refreshToken } = JSON.parse(body) as { accessToken?: string; refreshToken?: string };
  return accessToken?.split('.').length === 3 && refreshToken?.startsWith('vtr_')
    ? null
    : `no tokens: ${body}`;
}
