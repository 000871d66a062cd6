import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LogHealth } from '#libs/audit';
import { StoppedWork } from '#libs/observability';
import { DatabaseProbe } from '#libs/postgres';
import { NotReadyError } from '#libs/problems';
import { JobRunner, STUCK_AFTER_MS } from '#libs/jobs';

type State = 'up' | 'down';

/** Whether all jobs of the worker run. For operators: the worker receives no traffic. */
@Injectable()
export class WorkerReadiness implements OnModuleDestroy {
  private ending = false;

  constructor(
    private readonly runner: JobRunner,
    private readonly database: DatabaseProbe,
    private readonly stopped: StoppedWork,
    private readonly log: LogHealth,
  ) {}

  onModuleDestroy(): void {
    this.ending = true;
  }

  /**
   * Throws `NotReadyError` during shutdown, during a database outage, while a job hangs, or when audit entries wait to be sealed, or when
   * a job has stopped and needs an operator; the error then names the job or condition and the reason.
   */
  async check(): Promise<Record<string, State>> {
    const state = (isUp: boolean): State => (isUp ? 'up' : 'down');
    const checks = {
      serving: state(!this.ending),
      database: await this.database.ping().then(
        () => state(true),
        () => state(false),
      ),
      jobs: state(this.runner.stuck(STUCK_AFTER_MS).length === 0),
      work: state(this.stopped.reasons.size === 0),
      sealing: state(!this.log.reasons.has('sealing')),
    };
    if (Object.values(checks).includes('down')) {
      throw new NotReadyError(checks, Object.fromEntries([...this.stopped.reasons, ...this.log.reasons]));
    }
    return checks;
  }
}
