import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import {
  AuthMaintenanceRepository,
  PRUNABLE_TABLES,
  type PrunableTable,
} from './auth-maintenance.repository.js';

/** Kept a day longer than needed, for whoever looks into something strange; the audit log keeps what happened anyway. */
const GRACE_SECONDS = 86_400;
/** Bounds one run; the next one goes on. */
const MAX_BATCHES = 100;

/** Forgets what has ended: sessions, refresh tokens, invitations, counters and revocations. */
@Injectable()
export class AuthMaintenance {
  constructor(
    private readonly repository: AuthMaintenanceRepository,
    private readonly uow: UnitOfWork,
  ) {}

  /** Each batch commits by itself; safe to run anywhere and at the same time. Returns how many rows went. */
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
