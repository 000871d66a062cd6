import { AuthMaintenance } from '#libs/auth';
import { type StagingSweep } from '#libs/documents';
import { IdempotencyRetention } from '../../api/src/idempotency/idempotency-retention.js';
import { type Job } from './job.js';

const MINUTE_MS = 60_000;

/** Everything that this release does by itself, and how often. */
export function maintenanceJobs(
  auth: AuthMaintenance,
  answers: IdempotencyRetention,
  uploads: StagingSweep,
): Job[] {
  return [
    {
      name: 'auth.prune',
      everyMs: 10 * MINUTE_MS,
      run: async () => Object.values(await auth.prune()).reduce((total, pruned) => total + pruned, 0),
    },
    {
      name: 'idempotency.prune',
      everyMs: 10 * MINUTE_MS,
      run: (stopping) => answers.prune(stopping),
    },
    {
      name: 'uploads.sweep',
      everyMs: 10_000,
      run: async () => {
        const { settled, removed } = await uploads.run();
        return settled + removed;
      },
    },
  ];
}
