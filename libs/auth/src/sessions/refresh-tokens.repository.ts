import { Clock, UnitOfWork } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

export interface SpentToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly sessionCreatedAt: Date;
  readonly sessionExpiresAt: Date;
}

export interface TokenState {
  readonly sessionId: string;
  readonly userId: string;
  readonly spent: boolean;
  readonly sessionEnded: boolean;
}

/** Refresh tokens by their SHA-256. Each works once; the spent ones are kept to recognise a second use. */
@Injectable()
export class RefreshTokensRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async insert(fingerprint: Buffer, sessionId: string, expiresAt: Date): Promise<void> {
    await (
      await this.uow.manager()
    ).query(
      `INSERT INTO auth.refresh_tokens (token_sha256, session_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)`,
      [fingerprint, sessionId, this.clock.now(), expiresAt],
    );
  }

  async find(fingerprint: Buffer): Promise<TokenState | null> {
    const [row] = await (
      await this.uow.reader()
    ).query<TokenState[]>(
      `SELECT s.id AS "sessionId", s.user_id AS "userId", t.used_at IS NOT NULL AS spent,
              s.revoked_at IS NOT NULL OR s.expires_at <= $2 AS "sessionEnded"
       FROM auth.refresh_tokens t JOIN auth.sessions s ON s.id = t.session_id WHERE t.token_sha256 = $1`,
      [fingerprint, this.clock.now()],
    );
    return row ?? null;
  }

  /** Spends a token that is fresh, in one statement: of any number of simultaneous uses exactly one gets its session. */
  async spend(fingerprint: Buffer): Promise<SpentToken | null> {
    const [rows] = await (
      await this.uow.manager()
    ).query<[SpentToken[], number]>(
      `UPDATE auth.refresh_tokens t SET used_at = $2 FROM auth.sessions s
       WHERE t.token_sha256 = $1 AND t.used_at IS NULL AND t.expires_at > $2
         AND s.id = t.session_id AND s.revoked_at IS NULL AND s.expires_at > $2
       RETURNING s.id AS "sessionId", s.user_id AS "userId", s.created_at AS "sessionCreatedAt",
                 s.expires_at AS "sessionExpiresAt"`,
      [fingerprint, this.clock.now()],
    );
    return rows[0] ?? null;
  }
}
