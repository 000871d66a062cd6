import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

/** The revocations that one poll returns. */
export interface CommittedRevocations {
  /** Where the next poll begins. */
  readonly horizon: bigint;
  /** Ids of sessions and users; some may be repeated from earlier polls. */
  readonly subjects: readonly string[];
}

/** Reads revocations, which triggers write when a session is revoked or an account changes. */
@Injectable()
export class RevocationsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Revocations that committed since the poll with the horizon `since`. Transactions do not commit in the order of
   * their numbers, so the horizon is the oldest transaction that was still running: later commits have no smaller
   * number.
   */
  async committedSince(since: bigint): Promise<CommittedRevocations> {
    const [row] = await this.uow.read<{ horizon: string; subjects: string[] }>(
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
         ARRAY(SELECT subject FROM auth.revocations WHERE xid >= $1::text::xid8) AS subjects`,
      [since.toString()],
    );
    if (!row) throw new Error('PostgreSQL returned no snapshot');
    return { horizon: BigInt(row.horizon), subjects: row.subjects };
  }
}
