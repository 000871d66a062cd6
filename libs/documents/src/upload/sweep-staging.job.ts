import { Injectable } from '@nestjs/common';
import { BackgroundJob, type JobWork } from '#libs/jobs';
import { StagingSweep } from './staging-sweep.js';
import { StoreIdentityCheck } from './store-identity-check.js';

@Injectable()
@BackgroundJob({ name: 'documents.sweep_staging', everyMs: 5000 })
export class SweepStagingJob implements JobWork {
  constructor(
    private readonly identity: StoreIdentityCheck,
    private readonly staging: StagingSweep,
  ) {}

  async run(): Promise<number> {
    // The store may not be bound if this process started before the migrations or the database.
    await this.identity.check();
    const { settled, removed } = await this.staging.run();
    return settled + removed;
  }
}
