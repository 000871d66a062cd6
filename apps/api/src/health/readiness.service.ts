import { Injectable, Logger, type OnApplicationBootstrap, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { StoreIdentityCheck } from '#libs/documents';
import { withTimeout } from '#libs/kernel';
import { DatabaseProbe } from '#libs/postgres';
import { NotReadyError } from '#libs/problems';
import { pendingMigrations } from '#migrations';
import { DrainState } from '../http/drain.js';

export type Checks = Record<string, 'up' | 'down'>;
type Look = () => Promise<boolean>;

/** A mount that hangs answers nothing at all; whoever asks wants to hear that in time. */
const LOOK_TIMEOUT_MS = 2000;

/** Says whether this process should get traffic. Callers that ask while a look is under way share its result. */
@Injectable()
export class ReadinessService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ReadinessService.name);
  private running: Promise<Checks> | null = null;
  private everReady = false;
  private lastReported = '';

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseProbe,
    private readonly store: StoreIdentityCheck,
    private readonly drain: DrainState,
  ) {}

  /** The status of each part when all are up. Throws `NotReadyError` with the same otherwise. */
  async check(): Promise<Checks> {
    this.running ??= this.look().finally(() => (this.running = null));
    const checks = await this.running;
    this.report(checks);
    if (Object.values(checks).includes('down')) throw new NotReadyError(checks);
    this.everReady = true;
    return checks;
  }

  /** Whether `check` has succeeded once; asks when it has not. */
  async started(): Promise<Checks> {
    return this.everReady ? {} : this.check();
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.warn();
    } catch (error) {
      this.logger.warn({ message: 'The settings of PostgreSQL could not be read', err: error });
    }
  }

  private async warn(): Promise<void> {
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

  private async look(): Promise<Checks> {
    const looks: Record<string, Look> = {
      serving: async () => !this.drain.draining,
      database: async () => this.database.ping().then(() => true),
      storage: async () => this.store.check().then(() => true),
      migrations: async () => pendingMigrations(await this.database.appliedMigrations()).length === 0,
    };
    try {
      const { details } = await this.health.check(
        Object.entries(looks).map(
          ([name, look]) =>
            () =>
              this.indicate(name, look),
        ),
      );
      return statusesOf(details);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      return statusesOf((error.getResponse() as { details: object }).details);
    }
  }

  private async indicate(name: string, look: Look) {
    const indicator = this.indicators.check(name);
    // Why it is down is for the log: a probe may be asked by anybody.
    return (await withTimeout(look(), LOOK_TIMEOUT_MS, () => false).catch(() => false))
      ? indicator.up()
      : indicator.down();
  }

  private report(checks: Checks): void {
    const down = Object.keys(checks).filter((name) => checks[name] === 'down');
    const reported = down.join(', ');
    if (reported === this.lastReported) return;
    this.lastReported = reported;
    if (down.length > 0) this.logger.warn(`Not ready: ${reported}`);
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
