import { type Environment, loadDatabaseUrls } from '#libs/config';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepDemoAccounts } from './keep-demo-accounts.js';
import { type DemoPassword } from '../accounts/demo-password.js';
import { EmbeddedPostgres } from '../embedded-postgres/index.js';
import { migrate } from '../migrate.command.js';
import { reportFailure } from '../report-failure.js';
import { ApiProcess } from './api-process.js';
import { baseUrlFor, greeting } from './greeting.js';
import { choosePort } from './listen-port.js';
import { type StopRequest } from './stop-request.js';
import { apiEnvironment, programFile, type UpPlan } from './up-plan.js';

/** The API's readable log is written by a thread of its own: what it said while starting comes before the greeting. */
const LAST_LINES_MS = 200;

/**
 * PostgreSQL, migrations, demo accounts and the API, one after the other, and down again in the reverse order: requests in
 * flight finish before their database goes. Nothing that ends by itself is started again.
 */
export class Installation {
  private postgres: EmbeddedPostgres | undefined;
  private api: ApiProcess | undefined;

  constructor(
    private readonly plan: UpPlan,
    private readonly request: StopRequest,
  ) {}

  /** Resolves with the exit code once everything is down again: 0 when that was asked for. */
  async run(): Promise<number> {
    try {
      return await this.serve();
    } catch (error) {
      if (this.request.stop.aborted) return 0;
      return reportFailure(error);
    } finally {
      await this.takeDown();
    }
  }

  private async serve(): Promise<number> {
    const { plan, request } = this;
    const main = programFile('api');
    const checked = apiEnvironment(plan);
    const first = await choosePort(plan.port, plan.host);
    const environment = await this.withDatabase(checked);
    request.stop.throwIfAborted();
    await this.migrate(environment);
    request.stop.throwIfAborted();
    const password = await keepDemoAccounts(plan, environment);
    const { fixed } = first;
    let { port } = first;
    for (;;) {
      request.stop.throwIfAborted();
      this.api = new ApiProcess(main, { ...environment, PORT: String(port) });
      const url = await this.untilStop(this.api.ready());
      if (url !== undefined) {
        await sleep(LAST_LINES_MS);
        this.greet(Number(new URL(url).port), fixed, password);
        return this.untilEnd(this.api);
      }
      const exitCode = await this.api.exited;
      // Somebody may have taken the port since it was found free; then the API ended for that reason.
      const next = fixed ? undefined : await choosePort(undefined, plan.host, port);
      if (next === undefined || next.port === port) return exitCode || 1;
      ({ port } = next);
    }
  }

  private async withDatabase(environment: Environment): Promise<Environment> {
    if (!this.plan.embedded) return environment;
    console.log(`Starting PostgreSQL, data in ${this.plan.dataDir}`);
    this.postgres = new EmbeddedPostgres({ dataDir: this.plan.dataDir, report: (line) => console.log(line) });
    const { databaseUrl, migrationDatabaseUrl } = await this.postgres.start();
    return { ...environment, DATABASE_URL: databaseUrl, MIGRATION_DATABASE_URL: migrationDatabaseUrl };
  }

  private async migrate(environment: Environment): Promise<void> {
    const { migrationUrl } = loadDatabaseUrls(environment);
    const applied = await migrate(migrationUrl);
    if (applied.length > 0) console.log(`Applied ${applied.length} migrations`);
  }

  private greet(port: number, fixed: boolean, password: DemoPassword | undefined): void {
    const { plan } = this;
    if (!fixed && port !== 3000) console.log(`Port 3000 is taken, using ${port}`);
    console.log(greeting(baseUrlFor(plan.host, port), password));
  }

  private async untilStop<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, stopped(this.request.stop)]);
  }

  private async untilEnd(api: ApiProcess): Promise<number> {
    const exitCode = await this.untilStop(api.exited);
    console.error(`The API ended by itself with exit code ${exitCode}`);
    return exitCode || 1;
  }

  private async takeDown(): Promise<void> {
    try {
      await this.api?.stop(this.request.force);
    } finally {
      await this.postgres?.stop();
    }
  }
}

/** Rejects when the signal is aborted. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
