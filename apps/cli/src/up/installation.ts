import { type Environment, loadDatabaseUrls } from '#libs/config';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepDemoAccounts } from './keep-demo-accounts.js';
import { type DemoPassword } from '../accounts/demo-password.js';
import { EmbeddedPostgres } from '../embedded-postgres/index.js';
import { migrate } from '../migrate.command.js';
import { reportFailure } from '../report-failure.js';
import { ApiProcess } from './api-process.js';
import { baseUrlFor, greeting } from './greeting.js';
import { choosePort, type ListenPort } from './listen-port.js';
import { say, step } from './step.js';
import { type StopRequest } from './stop-request.js';
import { apiEnvironment, checkVariables, programFile, type UpPlan } from './up-plan.js';

/** A separate thread writes the API's log: this delay lets its start messages appear before the greeting. */
const LOG_DELAY_MS = 100;

const CREATE_DATABASE = { usualSeconds: 4, slow: 'A slow disk delays PostgreSQL.' };
const START_POSTGRES = {
  usualSeconds: 1,
  slow: 'After a crash PostgreSQL first recovers its data: see postgres.log in the data folder.',
};
const MIGRATE = {
  usualSeconds: 2,
  slow: 'Another start may be migrating the same database, or its tables are large.',
};
const START_API = { usualSeconds: 3, slow: 'It may be waiting for its database.' };

interface Served {
  readonly api: ApiProcess;
  /** Undefined when the API ended before it could serve. */
  readonly url: string | undefined;
}

/**
 * PostgreSQL, migrations, demo accounts and the API, started in this order and stopped in the reverse order, so that
 * requests in flight finish before their database stops. A process that exits by itself is not restarted.
 */
export class Installation {
  private postgres: EmbeddedPostgres | undefined;
  private api: ApiProcess | undefined;

  constructor(
    private readonly plan: UpPlan,
    private readonly request: StopRequest,
  ) {}

  /** Resolves with the exit code when everything has stopped: 0 for a requested stop. */
  async run(): Promise<number> {
    try {
      return await this.serve();
    } catch (error) {
      if (this.request.stop.aborted) return 0;
      return await reportFailure(error);
    } finally {
      await this.takeDown();
    }
  }

  private async serve(): Promise<number> {
    const { plan, request } = this;
    const main = programFile('api');
    const checked = await apiEnvironment(plan);
    const first = await choosePort(plan.port, plan.host);
    // PostgreSQL starts while the migrations and the modules load. It has started before a wrong variable stops it again.
    const variables = checkVariables(plan, checked);
    variables.catch(() => undefined);
    const [environment] = await Promise.all([this.withDatabase(checked), import('#migrations')]);
    await variables;
    request.stop.throwIfAborted();
    await this.migrate(environment);
    request.stop.throwIfAborted();
    const password = await keepDemoAccounts(plan, environment);
    const { url, api } = await this.serveOn(main, environment, first);
    if (url === undefined) return (await api.exited) || 1;
    this.greet(Number(new URL(url).port), first.fixed, password);
    return this.untilEnd(api);
  }

  private async serveOn(main: string, environment: Environment, first: ListenPort): Promise<Served> {
    for (let { port } = first; ;) {
      this.request.stop.throwIfAborted();
      const served = await this.startApi(main, { ...environment, PORT: String(port) });
      if (served.url !== undefined || first.fixed) return served;
      // Another program may have taken the port since it was found free; then the API ended for that reason.
      const next = await choosePort(undefined, this.plan.host, port);
      if (next.port === port) return served;
      ({ port } = next);
    }
  }

  private async startApi(main: string, environment: Environment): Promise<Served> {
    const api = new ApiProcess(main, environment);
    this.api = api;
    const start = async (): Promise<string | undefined> => {
      const url = await this.untilStop(api.ready());
      if (url !== undefined) await sleep(LOG_DELAY_MS);
      return url;
    };
    return { api, url: await step('Start the API', START_API, start, (at) => at && '') };
  }

  private async withDatabase(environment: Environment): Promise<Environment> {
    if (!this.plan.embedded) return environment;
    const { dataDir } = this.plan;
    const postgres = new EmbeddedPostgres({ dataDir, report: say });
    this.postgres = postgres;
    const connection = postgres.isNew()
      ? await step(`Create the database in ${dataDir}`, CREATE_DATABASE, () => postgres.start())
      : await step('Start PostgreSQL', START_POSTGRES, () => postgres.start());
    const { databaseUrl, migrationDatabaseUrl, workerDatabaseUrl } = connection;
    return {
      ...environment,
      DATABASE_URL: databaseUrl,
      WORKER_DATABASE_URL: workerDatabaseUrl,
      MIGRATION_DATABASE_URL: migrationDatabaseUrl,
    };
  }

  private async migrate(environment: Environment): Promise<void> {
    const { migrationUrl } = loadDatabaseUrls(environment);
    await step(
      'Migrate the database',
      MIGRATE,
      () => migrate(migrationUrl),
      ({ length }) => (length === 0 ? ', nothing to do' : `, ${length} migrations applied`),
    );
  }

  private greet(port: number, fixed: boolean, password: DemoPassword | undefined): void {
    const { plan } = this;
    if (!fixed && port !== 3000) say(`Port 3000 is taken by another program, using ${port}`);
    console.log(greeting(baseUrlFor(plan.host, port), password));
  }

  private async untilStop<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, stopped(this.request.stop)]);
  }

  private async untilEnd(api: ApiProcess): Promise<number> {
    const exitCode = await this.untilStop(api.exited);
    console.error(
      `veritrail: The API exited unexpectedly with code ${exitCode}. See its last messages above.`,
    );
    return exitCode || 1;
  }

  private async takeDown(): Promise<void> {
    if (this.request.stop.aborted) say('Stopping. A second Ctrl-C does not wait for requests in flight.');
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
