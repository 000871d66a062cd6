import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Environment, loadConfiguration } from '#libs/config';
import { makeDataDirectory } from '../data-directory.js';
import { OperatorError } from '../operator-error.js';
import { ensureLogKey, ensureSigningKey } from './signing-key.js';

/** The settings of `up`, from the environment. */
export interface UpPlan {
  readonly environment: Environment;
  readonly production: boolean;
  readonly dataDir: string;
  readonly host: string;
  /** Undefined when PORT is not set. */
  readonly port: number | undefined;
  /** True when DATABASE_URL is not set, so `up` runs its own PostgreSQL. Never in production. */
  readonly embedded: boolean;
  readonly demoPassword: string | undefined;
}

/** Reads the settings of `up`. `apiEnvironment` checks the others. */
export function readPlan(environment: Environment): UpPlan {
  const production = environment['NODE_ENV'] === 'production';
  const given = (name: string): string | undefined => environment[name] || undefined;
  const port = given('PORT');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new OperatorError('PORT must be a whole number from 0 to 65535');
  }
  return {
    environment,
    production,
    dataDir: resolve(given('DATA_DIR') ?? 'data'),
    host: given('HOST') ?? '127.0.0.1',
    port: port === undefined ? undefined : Number(port),
    embedded: !production && given('DATABASE_URL') === undefined && given('DATABASE_URL_FILE') === undefined,
    demoPassword: production ? undefined : given('DEMO_PASSWORD'),
  };
}

/**
 * The environment of the API. Outside production, missing signing keys are created in the data folder. Throws
 * `ConfigurationError` with all invalid settings, before anything is started.
 */
export async function apiEnvironment(plan: UpPlan): Promise<Environment> {
  const { environment, production, dataDir, host } = plan;
  const complete: Record<string, string | undefined> = { ...environment, DATA_DIR: dataDir, HOST: host };
  complete['WORKER_IN_PROCESS'] ||= 'true';
  if (!production && !environment['JWT_PRIVATE_KEY'] && !environment['JWT_PRIVATE_KEY_FILE']) {
    complete['JWT_PRIVATE_KEY_FILE'] = ensureSigningKey(makeDataDirectory(dataDir));
  }
  if (!production && !environment['LOG_SIGNING_KEY'] && !environment['LOG_SIGNING_KEY_FILE']) {
    complete['LOG_SIGNING_KEY_FILE'] = ensureLogKey(makeDataDirectory(dataDir));
  }
  try {
    loadConfiguration([], withDatabaseUrl(plan, complete));
  } catch (error) {
    await checkVariables(plan, complete);
    throw error;
  }
  return complete;
}

/**
 * Checks the variables of the modules too. Throws `ConfigurationError`. Loads the whole product, which takes a second: a
 * start does it while PostgreSQL starts.
 */
export async function checkVariables(plan: UpPlan, environment: Environment): Promise<void> {
  const { PRODUCT } = await import('#libs/modules');
  loadConfiguration(PRODUCT.sections, withDatabaseUrl(plan, environment));
}

function withDatabaseUrl({ embedded }: UpPlan, environment: Environment): Environment {
  return embedded ? { ...environment, DATABASE_URL: 'postgres://embedded@127.0.0.1/veritrail' } : environment;
}

/** The compiled or source file of another application of this repository. */
export function programFile(application: 'api'): string {
  const [, main = ''] = process.argv;
  const file = resolve(
    main,
    '..',
    '..',
    '..',
    application,
    'src',
    main.endsWith('.ts') ? 'main.ts' : 'main.js',
  );
  if (!existsSync(file)) throw new OperatorError(`${file} is missing: build first (npm run build)`);
  return file;
}
