import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

/** What was revoked between two looks. */
export interface CommittedRevocations {
  /** Where the next look begins. */
  readonly horizon: bigint;
  /** Sessions and users, some of them seen before. */
  readonly subjects: readonly string[];
}

/** What the database wrote down about sessions that ended and accounts that changed. */
@Injectable()
export class RevocationsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Everything that committed since the look whose horizon was `since`. Transactions do not commit in the order of their
   * numbers, so the horizon is the oldest that was still running: what commits later has no smaller number.
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
