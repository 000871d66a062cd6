import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Level, Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/postgres';
import { MAX_UNSEALED, UnsealedScan } from '../log-store/unsealed-scan.js';
import { LogHealth } from './log-health.js';

const POLL_EVERY_MS = 2000;
const LATE_AFTER_SECONDS = 10;
const LOG_AGAIN_AFTER_MS = 60_000;

/**
 * Watches whether committed entries get their place in the log, in the API and in the worker, independent of the sequencer.
 * After ten seconds without a place, it logs an error and reports the log as unhealthy.
 */
@Injectable()
export class SealingMonitor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SealingMonitor.name);
  private readonly scan: UnsealedScan;
  private readonly backlog: Level;
  private readonly age: Level;
  /** When this process first saw an entry unsealed: its own time may be forged. */
  private firstSeen = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private isClosing = false;
  private running: Promise<void> = Promise.resolve();
  private loggedAt = -Infinity;

  constructor(
    uow: UnitOfWork,
    metrics: Metrics,
    private readonly health: LogHealth,
  ) {
    this.scan = new UnsealedScan(uow);
    this.backlog = metrics
      .gauge({
        name: 'veritrail_unsealed_entries',
        help: `Committed audit entries without a place in the log; ${MAX_UNSEALED} means at least this many.`,
      })
      .of({});
    this.age = metrics
      .gauge({
        name: 'veritrail_oldest_unsealed_entry_age_seconds',
        help: 'Age of the oldest committed audit entry without a place in the log; 0 without such entries.',
      })
      .of({});
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** One look at the log. A failure keeps the last result: the database may be unavailable. */
  async poll(): Promise<void> {
    try {
      let found = await this.scan.next();
      while (!found.isComplete) found = await this.scan.next();
      this.report(found.ids, found.oldestAge);
    } catch (error) {
      this.logger.debug(`Could not look for unsealed entries: ${String(error)}`);
    }
  }

  private schedule(): void {
    if (this.isClosing) return;
    const look = (): void => {
      this.running = this.poll().then(() => this.schedule());
    };
    this.timer = setTimeout(look, POLL_EVERY_MS).unref();
  }

  private report(ids: readonly string[], oldestAge: number): void {
    const now = performance.now();
    // An entry can be old when it is committed: a refusal waits for an unavailable database. It counts from the second look.
    const isSeenAgain = ids.some((id) => this.firstSeen.has(id));
    this.firstSeen = new Map(ids.map((id) => [id, this.firstSeen.get(id) ?? now]));
    const seen = (now - Math.min(now, ...this.firstSeen.values())) / 1000;
    const age = Math.max(seen, isSeenAgain ? oldestAge : 0);
    this.backlog.set(ids.length);
    this.age.set(age);
    if (age <= LATE_AFTER_SECONDS) {
      if (this.health.reasons.has('sealing'))
        this.logger.log('All audit entries have their place in the log');
      this.health.set('sealing', null);
      this.loggedAt = -Infinity;
      return;
    }
    const count = ids.length === MAX_UNSEALED ? `at least ${MAX_UNSEALED}` : ids.length;
    const reason = `${count} audit entries are not sealed, the oldest for ${Math.round(age)} s. See "When sealing has stopped" in docs/operations.md.`;
    this.health.set('sealing', reason);
    if (now - this.loggedAt < LOG_AGAIN_AFTER_MS) return;
    this.loggedAt = now;
    this.logger.error(reason);
  }
}
