import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

export interface PendingInvitation {
  readonly id: string;
  readonly userId: string;
}

/** Invitations by the SHA-256 of their token. */
@Injectable()
export class InvitationsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async insert(invitation: {
    id: string;
    fingerprint: Buffer;
    userId: string;
    expiresAt: Date;
  }): Promise<void> {
    await (
      await this.uow.manager()
    ).query(
      `INSERT INTO auth.invitations (id, token_sha256, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
      [invitation.id, invitation.fingerprint, invitation.userId, this.clock.now(), invitation.expiresAt],
    );
  }

  async findPending(fingerprint: Buffer): Promise<PendingInvitation | null> {
    const [row] = await this.uow.read<PendingInvitation>(
      `SELECT id, user_id AS "userId" FROM auth.invitations
       WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > $2`,
      [fingerprint, this.clock.now()],
    );
    return row ?? null;
  }

  /** Marks the invitation as used. Atomic: of any number of concurrent calls exactly one returns true. */
  async use(id: string): Promise<boolean> {
    const [, count] = await (
      await this.uow.manager()
    ).query<[unknown[], number]>(
      `UPDATE auth.invitations SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2`,
      [id, this.clock.now()],
    );
    return count > 0;
  }

  /** Deletes the unused invitations of the user. */
  async removePending(userId: string): Promise<void> {
    await (
      await this.uow.manager()
    ).query('DELETE FROM auth.invitations WHERE user_id = $1 AND used_at IS NULL', [userId]);
  }
}
