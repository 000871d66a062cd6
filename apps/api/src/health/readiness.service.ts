import { Injectable, Logger, type OnApplicationBootstrap, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { LogHealth } from '#libs/audit';
import { StoreIdentityCheck } from '#libs/documents';
import { withTimeout } from '#libs/kernel';
import { DatabaseProbe } from '#libs/postgres';
import { NotReadyError } from '#libs/problems';
import { pendingMigrations } from '#migrations';
import { DrainState } from '../http/drain.js';

export type Checks = Record<string, 'up' | 'down'>;
type Check = () => Promise<boolean>;

/** A hanging mount never answers: the probe then reports `down` instead of timing out itself. */
const CHECK_TIMEOUT_MS = 2000;

/** Decides whether this process should receive traffic. Concurrent callers share one run of the checks. */
@Injectable()
export class ReadinessService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ReadinessService.name);
  private runningChecks: Promise<Checks> | null = null;
  private everReady = false;
  private lastReported = '';

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseProbe,
    private readonly store: StoreIdentityCheck,
    private readonly drain: DrainState,
    private readonly log: LogHealth,
  ) {}

  /**
   * Returns the status of each check. Throws `NotReadyError` with these statuses if one is down, except `log`: requests
   * continue while the audit log needs an operator.
   */
  async check(): Promise<Checks> {
    this.runningChecks ??= this.runChecks().finally(() => (this.runningChecks = null));
    const checks = await this.runningChecks;
    this.report(checks);
    if (Object.entries(checks).some(([name, status]) => name !== 'log' && status === 'down'))
      throw new NotReadyError(checks);
    this.everReady = true;
    return checks;
  }

  /** Resolves if a check has ever succeeded; otherwise runs the checks and throws as `check` does. */
  async started(): Promise<Checks> {
    return this.everReady ? {} : this.check();
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.warnAboutDatabase();
    } catch (error) {
      this.logger.warn({ message: 'The settings of PostgreSQL could not be read', err: error });
    }
  }

  private async warnAboutDatabase(): Promise<void> {
    const unsafe = await this.database.unsafeSettings();
    if (unsafe.length > 0) {
      this.logger.warn(
        `PostgreSQL runs with ${unsafe.join(', ')} OFF: a crash of its machine can lose changes that were already confirmed to clients. Do not use this setting for data that you need.`,
      );
    }
    const pending = pendingMigrations(await this.database.appliedMigrations());
    if (pending.length > 0) {
      this.logger.error(
        `Not ready: ${pending.length} migrations are pending, the first is ${pending[0] ?? ''}. Run the migrations; a restart is not needed.`,
      );
    }
  }

  private async runChecks(): Promise<Checks> {
    const checks: Record<string, Check> = {
      serving: async () => !this.drain.draining,
      database: async () => this.database.ping().then(() => true),
      storage: async () => this.store.check().then(() => true),
      migrations: async () => pendingMigrations(await this.database.appliedMigrations()).length === 0,
    };
    try {
      const { details } = await this.health.check(
        Object.entries(checks).map(
          ([name, check]) =>
            () =>
              this.indicate(name, check),
        ),
      );
      return this.withLog(statusesOf(details));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return this.withLog(statusesOf((error.getResponse() as { details: object }).details));
    }
  }

  private withLog(checks: Checks): Checks {
    return { ...checks, log: this.log.reasons.size === 0 ? 'up' : 'down' };
  }

  private async indicate(name: string, check: Check) {
    const indicator = this.indicators.check(name);
    // The endpoint is public: the response does not contain the reason.
    return (await withTimeout(check(), CHECK_TIMEOUT_MS, () => false).catch(() => false))
      ? indicator.up()
      : indicator.down();
  }

  private report(checks: Checks): void {
    const down = Object.keys(checks).filter((name) => checks[name] === 'down');
    const reported = down.join(', ');
    if (reported === this.lastReported) return;
    this.lastReported = reported;
    if (reported === 'log') this.logger.warn('Degraded: the audit log needs an operator');
    else if (down.length > 0) this.logger.warn(`Not ready: ${reported}`);
    else this.logger.log('Ready again');
  }
}

function statusesOf(details: object): Checks {
  return Object.fromEntries(
    Object.entries(details as Record<string, { status: string }>).map(([name, { status }]) => [
      name,
      status === 'up' ? 'up' : 'down',
    ]),
  );
}
