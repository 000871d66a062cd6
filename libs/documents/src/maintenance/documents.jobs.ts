import { Injectable } from '@nestjs/common';
import { BackgroundJob, type JobWork } from '#libs/jobs';
import { DocumentsMaintenance } from './documents.maintenance.js';

@Injectable()
@BackgroundJob({ name: 'documents.expire_leases', everyMs: 5000 })
export class ExpireLeasesJob implements JobWork {
  constructor(private readonly maintenance: DocumentsMaintenance) {}

  async run(): Promise<number> {
    return (await this.maintenance.expireLeases()).changed;
  }
}

@Injectable()
@BackgroundJob({ name: 'documents.expire_verified', everyMs: 60_000 })
export class ExpireVerifiedJob implements JobWork {
  constructor(private readonly maintenance: DocumentsMaintenance) {}

  async run(): Promise<number> {
    return (await this.maintenance.expireVerified()).changed;
  }
}
