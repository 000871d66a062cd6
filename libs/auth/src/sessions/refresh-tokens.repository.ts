import { Clock } from '#libs/kernel';
import { UnitOfWork, violatesNotNull } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { InvalidRefreshTokenError } from '../auth-errors.js';

/** A refresh token and its session, read without a lock. */
export interface KnownToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly sessionCreatedAt: Date;
  readonly sessionExpiresAt: Date;
  readonly sessionEnded: boolean;
  readonly spent: boolean;
  readonly expired: boolean;
}

interface TokenRow {
  session_id: string;
  user_id: string;
  created_at: string;
  expires_at: string;
  ended: boolean;
  spent: boolean;
  expired: boolean;
}

const INSERT = `INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)`;

/**
 * One statement: marks the token as used, updates its session and inserts the next token. If the token is not fresh or
 * the session has ended, the insert violates NOT NULL and the statement fails. Concurrent rotations wait for each
 * other's row lock.
 */
const ROTATE = `
  WITH spent AS (
    UPDATE auth.refresh_tokens SET used_at = $2
    WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > $2 RETURNING session_id),
  used AS (
    UPDATE auth.sessions s SET last_used_at = $2 FROM spent
    WHERE s.id = spent.session_id AND s.revoked_at IS NULL AND s.expires_at > $2 RETURNING s.id)
  INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at)
  SELECT $3, used.id, $2, $4 FROM (VALUES (true)) AS exactly_once LEFT JOIN used ON true`;

/** Refresh tokens by their SHA-256. Each works once; used tokens are kept to detect reuse. */
@Injectable()
export class RefreshTokensRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async insert(fingerprint: Buffer, sessionId: string, expiresAt: Date): Promise<void> {
    await this.uow.write(INSERT, [fingerprint, sessionId, this.clock.now(), expiresAt]);
  }

  async find(fingerprint: Buffer): Promise<KnownToken | null> {
    const [row] = await this.uow.read<TokenRow>(
      `SELECT s.id AS session_id, s.user_id, s.created_at, s.expires_at,
              s.revoked_at IS NOT NULL OR s.expires_at <= $2 AS ended, t.used_at IS NOT NULL AS spent, t.expires_at <= $2 AS expired
       FROM auth.refresh_tokens t JOIN auth.sessions s ON s.id = t.session_id WHERE t.token_sha256 = $1`,
      [fingerprint, this.clock.now()],
    );
    return row ? knownToken(row) : null;
  }

  /**
   * Exchanges a token for the next one of its session. Of any number of concurrent uses exactly one commits; the
   * others, and tokens that are expired or whose session has ended, fail with `InvalidRefreshTokenError`.
   */
  async rotate(fingerprint: Buffer, next: Buffer, expiresAt: Date): Promise<void> {
    await this.uow.write(ROTATE, [fingerprint, this.clock.now(), next, expiresAt], (refusal) =>
      violatesNotNull(refusal) ? new InvalidRefreshTokenError() : refusal,
    );
  }
}

function knownToken(row: TokenRow): KnownToken {
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    sessionCreatedAt: new Date(row.created_at),
    sessionExpiresAt: new Date(row.expires_at),
    sessionEnded: row.ended,
    spent: row.spent,
    expired: row.expired,
  };
}
