import { Clock } from '#libs/kernel';
import { UnitOfWork, violatesNotNull } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { InvalidRefreshTokenError } from '../auth-errors.js';

/** A refresh token and its session. */
export interface KnownToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly sessionCreatedAt: Date;
  readonly sessionExpiresAt: Date;
  readonly sessionEnded: boolean;
  readonly spent: boolean;
  /** Whether it was spent within the last 10 s and its successor is still unused: the same exchange may be repeated. */
  readonly repeatable: boolean;
  readonly expired: boolean;
}

interface TokenRow {
  session_id: string;
  user_id: string;
  created_at: string;
  expires_at: string;
  ended: boolean;
  spent: boolean;
  repeatable: boolean;
  expired: boolean;
}

const REPEAT_MS = 10_000;

const LOCK = `SELECT FROM auth.refresh_tokens WHERE token_sha256 = $1 FOR UPDATE`;
const FIND = `
  SELECT s.id AS session_id, s.user_id, s.created_at, s.expires_at, s.revoked_at IS NOT NULL OR s.expires_at <= $2 AS ended,
         t.used_at IS NOT NULL AS spent, t.expires_at <= $2 AS expired,
         COALESCE(t.used_at > $4 AND next.used_at IS NULL AND next.expires_at > $2, false) AS repeatable
  FROM auth.refresh_tokens t JOIN auth.sessions s ON s.id = t.session_id
  LEFT JOIN auth.refresh_tokens next ON next.session_id = t.session_id AND next.token_sha256 = $3
  WHERE t.token_sha256 = $1`;
const INSERT = `INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)`;

/**
 * One statement: marks the token as used, updates its session and inserts the next token. If the token is not fresh or
 * the session has ended, the insert violates NOT NULL and the statement fails.
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

  /** Locks the token until the transaction ends, so that uses of one token run one after the other. */
  async lock(fingerprint: Buffer, successor: Buffer): Promise<KnownToken | null> {
    const now = this.clock.now();
    // Sent in one round trip. Two statements, because the locking one would not see the successor that it waited for.
    const [, [row]] = await Promise.all([
      this.uow.lock(LOCK, [fingerprint]),
      this.uow.lock<TokenRow>(FIND, [fingerprint, now, successor, new Date(now.getTime() - REPEAT_MS)]),
    ]);
    return row ? knownToken(row) : null;
  }

  /**
   * Exchanges a token for the next one of its session. Fails with `InvalidRefreshTokenError` if the token is used or expired or
   * its session has ended.
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
    repeatable: row.repeatable,
    expired: row.expired,
  };
}
