import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

/** Password hashes, one per user who has a password. */
@Injectable()
export class CredentialsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async findHash(userId: string): Promise<string | null> {
    const [row] = await this.uow.read<{ password_hash: string }>(
      'SELECT password_hash FROM auth.credentials WHERE user_id = $1',
      [userId],
    );
    return row?.password_hash ?? null;
  }

  /** Whether this is still the user's hash. If so, the row stays locked (FOR SHARE) until the transaction ends. */
  async lockIfCurrent(userId: string, hash: string): Promise<boolean> {
    const rows = await (
      await this.uow.manager()
    ).query<unknown[]>('SELECT 1 FROM auth.credentials WHERE user_id = $1 AND password_hash = $2 FOR SHARE', [
      userId,
      hash,
    ]);
    return rows.length > 0;
  }

  /** Inserts or replaces the password of the user. */
  async save(userId: string, hash: string): Promise<void> {
    await (
      await this.uow.manager()
    ).query(
      `INSERT INTO auth.credentials (user_id, password_hash, changed_at) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET password_hash = $2, changed_at = $3`,
      [userId, hash, this.clock.now()],
    );
  }

  /** Replaces this hash; false if the password has changed since it was read. A rehash leaves `changed_at` as it is. */
  async replace(userId: string, oldHash: string, newHash: string, rehash: boolean): Promise<boolean> {
    const [, count] = await (
      await this.uow.manager()
    ).query<[unknown[], number]>(
      `UPDATE auth.credentials SET password_hash = $3, changed_at = CASE WHEN $4 THEN changed_at ELSE $5 END
       WHERE user_id = $1 AND password_hash = $2`,
      [userId, oldHash, newHash, rehash, this.clock.now()],
    );
    return count > 0;
  }
}
