import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import { type Client } from 'pg';
import { newId } from '#libs/kernel';
import { AUDIENCE, ISSUER } from './server-settings.js';

/** Longer than any run. */
const LIFETIME_SECONDS = 3 * 3600;

/** The signing key of both servers, with which the harness issues tokens. */
export class BenchKey {
  private constructor(
    readonly pem: string,
    private readonly privateKey: KeyObject,
    private readonly kid: string,
  ) {}

  static async create(): Promise<BenchKey> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return new BenchKey(pem, privateKey, await calculateJwkThumbprint(await exportJWK(publicKey)));
  }

  /** Opens sessions of these users, as a sign-in does, and returns an access token for each. */
  async openSessions(admin: Client, userIds: readonly string[]): Promise<string[]> {
    const sessions = userIds.map((userId) => ({ id: newId(), userId }));
    await admin.query(
      `INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, ip)
       SELECT id, user_id, now(), now(), now() + make_interval(secs => $3), '127.0.0.1'
       FROM unnest($1::uuid[], $2::uuid[]) AS s (id, user_id)`,
      [sessions.map(({ id }) => id), userIds, LIFETIME_SECONDS],
    );
    return Promise.all(sessions.map(({ id, userId }) => this.tokenOf(userId, id)));
  }

  private async tokenOf(userId: string, sessionId: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ client_id: 'veritrail', sid: sessionId, auth_time: now })
      .setProtectedHeader({ alg: 'ES256', kid: this.kid, typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_SECONDS)
      .setJti(randomUUID())
      .sign(this.privateKey);
  }
}
