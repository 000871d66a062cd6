import { Injectable } from '@nestjs/common';
import { SEALING, Sequencer } from '#libs/audit';
import { AuthMaintenance } from '#libs/auth';
import { DocumentsMaintenance, StagingSweep, StoreIdentityCheck } from '#libs/documents';
import { IdempotencyRetention } from '#libs/idempotency';
import { type Job } from '#libs/jobs';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** All background jobs and their intervals. */
@Injectable()
export class MaintenanceJobs {
  constructor(
    private readonly documents: DocumentsMaintenance,
    private readonly binding: StoreIdentityCheck,
    private readonly staging: StagingSweep,
    private readonly auth: AuthMaintenance,
    private readonly answers: IdempotencyRetention,
    private readonly sequencer: Sequencer,
  ) {}

  all(): Job[] {
    return [
      {
        name: SEALING,
        everyMs: SECOND_MS / 4,
        isRoutine: true,
        run: () => this.sequencer.run(),
        standBy: () => this.sequencer.standBy(),
      },
      {
        name: 'documents.expire_leases',
        everyMs: 5 * SECOND_MS,
        run: async () => (await this.documents.expireLeases()).changed,
      },
      {
        name: 'documents.expire_verified',
        everyMs: MINUTE_MS,
        run: async () => (await this.documents.expireVerified()).changed,
      },
      { name: 'documents.sweep_staging', everyMs: 5 * SECOND_MS, run: () => this.sweepStaging() },
      { name: 'auth.prune', everyMs: 10 * MINUTE_MS, run: () => this.pruneAuth() },
      {
        name: 'idempotency.prune',
        everyMs: 10 * MINUTE_MS,
        run: (stopping) => this.answers.prune(stopping),
      },
    ];
  }

  private async sweepStaging(): Promise<number> {
    // The store may not be bound if this process started before the migrations or the database.
    await this.binding.check();
    const { settled, removed } = await this.staging.run();
    return settled + removed;
  }

  private async pruneAuth(): Promise<number> {
    const pruned = await this.auth.prune();
    return Object.values(pruned).reduce((total, part) => total + part, 0);
  }
}
