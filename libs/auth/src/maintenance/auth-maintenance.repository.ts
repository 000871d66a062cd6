import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

/** Rows per batch: few enough that other transactions do not wait long for its locks. */
const BATCH = 1000;

/** The tables that are pruned, each with the statement that deletes one batch. */
const STATEMENTS = {
  sessions: `DELETE FROM auth.sessions WHERE id IN (
    SELECT id FROM auth.sessions WHERE expires_at < $1::timestamptz OR revoked_at < $1::timestamptz LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
  refreshTokens: `DELETE FROM auth.refresh_tokens WHERE token_sha256 IN (
    SELECT token_sha256 FROM auth.refresh_tokens WHERE expires_at < $1::timestamptz LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
  invitations: `DELETE FROM auth.invitations WHERE id IN (
    SELECT id FROM auth.invitations WHERE expires_at < $1::timestamptz LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
  rateLimits: `DELETE FROM auth.rate_limits WHERE key IN (
    SELECT key FROM auth.rate_limits WHERE expire < extract(epoch FROM $1::timestamptz) * 1000 LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
  revocations: `DELETE FROM auth.revocations WHERE (xid, subject) IN (
    SELECT xid, subject FROM auth.revocations WHERE at < $1::timestamptz LIMIT ${BATCH})`,
} as const;

export type PrunableTable = keyof typeof STATEMENTS;
export const PRUNABLE_TABLES = Object.keys(STATEMENTS) as PrunableTable[];

@Injectable()
export class AuthMaintenanceRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes up to 1,000 rows that expired or ended more than `graceSeconds` ago. `full` means that more may be left.
   */
  async deleteBatch(part: PrunableTable, graceSeconds: number): Promise<{ deleted: number; full: boolean }> {
    const before = new Date(this.clock.now().getTime() - graceSeconds * 1000);
    const [, deleted] = await (
      await this.uow.manager()
    ).query<[unknown[], number]>(STATEMENTS[part], [before]);
    return { deleted, full: deleted === BATCH };
  }
}
