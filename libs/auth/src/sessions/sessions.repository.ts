import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { RevocationFeed } from '../revocations/revocation-feed.js';

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly ip: string;
  readonly userAgent: string | null;
}

const MAX_USER_AGENT = 512;

/** Sessions, named by the `sid` of an access token. A revoked session stays revoked. */
@Injectable()
export class SessionsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly revocations: RevocationFeed,
    private readonly clock: Clock,
  ) {}

  /** When the session expires; null if it is not the user's, or is revoked or expired. */
  async findExpiry(id: string, userId: string): Promise<Date | null> {
    const [row] = await this.uow.lookUp<{ expires_at: string }>(
      `SELECT expires_at FROM auth.sessions WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3`,
      [id, userId, this.clock.now()],
    );
    return row ? new Date(row.expires_at) : null;
  }

  async insert(session: NewSession): Promise<void> {
    await this.uow.write(
      `INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, ip, user_agent)
       VALUES ($1, $2, $3, $3, $4, $5, $6)`,
      [
        session.id,
        session.userId,
        session.createdAt,
        session.expiresAt,
        session.ip,
        session.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
      ],
    );
  }

  /** Revokes one session; the response waits until all processes know. False if it was revoked before. */
  async end(id: string, reason: string): Promise<boolean> {
    const [, count] = await (
      await this.uow.manager()
    ).query<[unknown[], number]>(
      `UPDATE auth.sessions SET revoked_at = $2, revoke_reason = $3 WHERE id = $1 AND revoked_at IS NULL`,
      [id, this.clock.now(), reason],
    );
    if (count > 0) this.revocations.waitForPropagation();
    return count > 0;
  }

  /** Revokes all sessions of the user except `except`. Returns the number of revoked sessions. */
  async endAll(userId: string, reason: string, except: string | null = null): Promise<number> {
    const [, count] = await (
      await this.uow.manager()
    ).query<[unknown[], number]>(
      `UPDATE auth.sessions SET revoked_at = $2, revoke_reason = $3
       WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND id IS DISTINCT FROM $4`,
      [userId, this.clock.now(), reason, except],
    );
    if (count > 0) this.revocations.waitForPropagation();
    return count;
  }
}
