import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import {
  AuthMaintenanceRepository,
  PRUNABLE_TABLES,
  type PrunableTable,
} from './auth-maintenance.repository.js';

/** Rows are kept one day after they expire, for investigations. The audit log keeps the events permanently. */
const GRACE_SECONDS = 86_400;
/** Bounds one run; the next run continues. */
const MAX_BATCHES = 100;

/**
 * Deletes expired and revoked sessions, expired refresh tokens, invitations and rate-limit counters, and old
 * revocations.
 */
@Injectable()
export class AuthMaintenance {
  constructor(
    private readonly repository: AuthMaintenanceRepository,
    private readonly uow: UnitOfWork,
  ) {}

  /**
   * Each batch commits on its own. Safe to run concurrently in several processes. Returns the number of deleted rows
   * per table.
   */
  async prune(): Promise<Record<PrunableTable, number>> {
    const counts = { sessions: 0, refreshTokens: 0, invitations: 0, rateLimits: 0, revocations: 0 };
    for (const part of PRUNABLE_TABLES) counts[part] = await this.pruneAll(part);
    return counts;
  }

  private async pruneAll(part: PrunableTable): Promise<number> {
    let total = 0;
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const { deleted, full } = await this.uow.transact(() =>
        this.repository.deleteBatch(part, GRACE_SECONDS),
      );
      total += deleted;
      if (!full) break;
    }
    return total;
  }
}
