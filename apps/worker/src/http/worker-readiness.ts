import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { StoppedWork } from '#libs/observability';
import { DatabaseProbe } from '#libs/postgres';
import { NotReadyError } from '#libs/problems';
import { JobRunner, STUCK_AFTER_MS } from '#libs/jobs';

type State = 'up' | 'down';

/** Whether the worker does all of its work: an operator's question, since nobody sends it traffic. */
@Injectable()
export class WorkerReadiness implements OnModuleDestroy {
  private ending = false;

  constructor(
    private readonly runner: JobRunner,
    private readonly database: DatabaseProbe,
    private readonly stopped: StoppedWork,
  ) {}

  onModuleDestroy(): void {
    this.ending = true;
  }

  /**
   * Throws `NotReadyError` while the process ends, the database is away, a job hangs, or a part of the work is stopped
   * until a person has looked; the error then says which part, and why.
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
    };
    if (Object.values(checks).includes('down')) {
      throw new NotReadyError(checks, Object.fromEntries(this.stopped.reasons));
    }
    return checks;
  }
}
