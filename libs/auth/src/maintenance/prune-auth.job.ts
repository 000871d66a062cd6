import { Injectable } from '@nestjs/common';
import { BackgroundJob, type JobWork } from '#libs/jobs';
import { AuthMaintenance } from './auth-maintenance.js';

@Injectable()
@BackgroundJob({ name: 'auth.prune', everyMs: 10 * 60_000 })
export class PruneAuthJob implements JobWork {
  constructor(private readonly maintenance: AuthMaintenance) {}

  async run(): Promise<number> {
    const pruned = await this.maintenance.prune();
    return Object.values(pruned).reduce((total, part) => total + part, 0);
  }
}
