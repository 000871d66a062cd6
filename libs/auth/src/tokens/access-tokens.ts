import { Clock, isUuid, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { KeyRing } from './key-ring.js';
import { AuthConfiguration } from '../auth.configuration.js';

/** The claims of a verified access token. It carries identity, not authority. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** Seconds since the epoch when the password was checked. */
  readonly authenticatedAt: number;
}

export const TOKEN_TYPE = 'at+jwt';
/** The `client_id` of every token: RFC 9068 requires one, and there is only one client. */
export const CLIENT_ID = 'veritrail';
/** Tolerated difference between the clocks of two processes, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** Signs access tokens (RFC 9068) with the current key. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: KeyRing,
    private readonly configuration: AuthConfiguration,
    private readonly clock: Clock,
  ) {}

  async issue(subject: {
    userId: string;
    sessionId: string;
    authenticatedAt: Date;
  }): Promise<{ token: string; expiresIn: number }> {
    const { issuer, audience, accessTtlSeconds } = this.configuration.tokens;
    const now = this.clock.epochSeconds();
    const token = await new SignJWT({
      client_id: CLIENT_ID,
      sid: subject.sessionId,
      auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
    })
      .setProtectedHeader({ alg: 'ES256', kid: this.keys.signing.kid, typ: TOKEN_TYPE })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject.userId)
      .setIssuedAt(now)
      .setExpirationTime(now + accessTtlSeconds)
      .setJti(newId())
      .sign(this.keys.signing.privateKey);
    return { token, expiresIn: accessTtlSeconds };
  }
}

/**
 * The claims of a token whose signature, issuer and audience are verified; null if one is missing or malformed, or the
 * token is expired or not yet valid.
 */
export function readClaims(payload: Readonly<Record<string, unknown>>, now: number): AccessClaims | null {
  const { sub, sid, jti, client_id: clientId, aud, exp, iat, nbf, auth_time: authTime } = payload;
  const textual = isUuidText(sub) && isUuidText(sid) && isUuidText(jti) && clientId === CLIENT_ID;
  // RFC 9068 allows a list of audiences; this server issues exactly one.
  if (!textual || typeof aud !== 'string') return null;
  if (!isNumericDate(exp) || !isNumericDate(iat) || !isNumericDate(authTime)) return null;
  const early = now + CLOCK_TOLERANCE_SECONDS;
  if (now >= exp + CLOCK_TOLERANCE_SECONDS || iat > early || authTime > early) return null;
  if (nbf !== undefined && !(isNumericDate(nbf) && nbf <= early)) return null;
  return { userId: sub, sessionId: sid, expiresAt: exp, authenticatedAt: authTime };
}

function isUuidText(value: unknown): value is string {
  return typeof value === 'string' && isUuid(value);
}

function isNumericDate(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
