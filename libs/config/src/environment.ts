import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Configuration } from './configuration.js';
import { isProxyRange } from './network-rules.js';
import { anyWholeNumber, anyYesOrNo, MIB, MINUTE_MS, wholeNumber, yesOrNo } from './rules.js';
import { databaseUrlProblem, signingKeyProblem } from './secret-rules.js';
import { type ConfigurationSection } from './section.js';

/** The start was refused: every wrong variable, by its name, with what is allowed. Never holds a value of a secret. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface DatabaseUrls {
  /** The application's login. */
  readonly url: string;
  /** The owner's login, which runs migrations. */
  readonly migrationUrl: string;
}

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform((url) => url.replace(/\/+$/, ''));

const VARIABLES = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 3000),
  PUBLIC_URL: httpUrl.optional(),
  TRUST_PROXY: list.refine(
    (ranges) => ranges.every(isProxyRange),
    'must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
  ),
  CORS_ORIGINS: list.refine(
    (origins) => origins.every((origin) => /^https?:\/\/[^/\s*]+$/.test(origin)),
    'must be a comma-separated list of origins such as https://app.example.com',
  ),
  SWAGGER_UI: yesOrNo(true),
  REQUEST_TIMEOUT_MS: wholeNumber(1000, 10 * MINUTE_MS, 30_000),
  SHUTDOWN_DRAIN_DELAY_MS: wholeNumber(0, MINUTE_MS, 0),
  SHUTDOWN_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS, 25_000),
  MAX_JSON_BYTES: wholeNumber(1024, 16 * MIB, 256 * 1024),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: z.string({ error: 'is required: a postgres:// URL' }),
  MIGRATION_DATABASE_URL: z.string().optional(),
  DATABASE_ROLE: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$|^$/, 'must be a lower-case role name, or empty')
    .default('veritrail_app'),
  DATABASE_POOL_SIZE: wholeNumber(1, 200, 10),
  DATABASE_CONNECT_TIMEOUT_MS: wholeNumber(100, MINUTE_MS, 2000),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS, 5000),
  DATABASE_LOCK_TIMEOUT_MS: wholeNumber(50, 10 * MINUTE_MS, 2000),
  DATABASE_PREPARED_STATEMENTS: yesOrNo(true),
  JWT_PRIVATE_KEY: z
    .string({
      error:
        'is required: a P-256 private key in PEM (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)',
    })
    .superRefine((pem, context) => {
      const message = signingKeyProblem(pem);
      if (message) context.addIssue({ code: 'custom', message });
    }),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000, 1200),
  MAX_EVENT_LOOP_DELAY_MS: wholeNumber(0, MINUTE_MS, 250),
  WORKER_IN_PROCESS: yesOrNo(false),
  WORKER_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  WORKER_HTTP_PORT: anyWholeNumber(0, 65_535).optional(),
  METRICS: anyYesOrNo.optional(),
  METRICS_TOKEN: z
    .string()
    .regex(
      /^[\w.~+/=-]{24,400}$/,
      'must be 24 to 400 letters, digits or . _ ~ + / = - (openssl rand -hex 24)',
    )
    .optional(),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').optional(),
});

/** Variables that may instead be named by `<NAME>_FILE`: the file's content, without the final line break. */
const SECRETS = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'JWT_PRIVATE_KEY', 'METRICS_TOKEN'];

function withSecretFiles(
  environment: Environment,
  problems: string[],
  sections: readonly ConfigurationSection[] = [],
): Record<string, string | undefined> {
  const values: Record<string, string | undefined> = {};
  for (const name of variableNames(sections)) {
    // An empty variable is how compose files say "not set".
    values[name] = environment[name] === '' && name !== 'DATABASE_ROLE' ? undefined : environment[name];
  }
  for (const name of [...SECRETS, ...sections.flatMap(({ secrets }) => secrets)]) {
    const file = environment[`${name}_FILE`];
    if (!file) continue;
    if (values[name] !== undefined)
      problems.push(`${name} and ${name}_FILE are both set: set only one of them`);
    try {
      values[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      problems.push(`${name}_FILE names a file that cannot be read`);
    }
  }
  return values;
}

/**
 * The two logins of the database alone, for tools that need nothing else. Checked like the whole configuration; throws
 * `ConfigurationError`.
 */
export function loadDatabaseUrls(environment: Environment = processEnvironment()): DatabaseUrls {
  const problems: string[] = [];
  const values = withSecretFiles(environment, problems);
  const { DATABASE_URL: url, MIGRATION_DATABASE_URL: migrationUrl = url } = values;
  const { error } = VARIABLES.pick({ NODE_ENV: true }).safeParse(values);
  problems.push(...problemsOf(error), ...databaseUrlProblems(values));
  if (migrationUrl === undefined)
    problems.push('MIGRATION_DATABASE_URL or DATABASE_URL is required: a postgres:// URL');
  if (problems.length > 0 || migrationUrl === undefined) throw new ConfigurationError(problems);
  return { url: url ?? migrationUrl, migrationUrl };
}

/**
 * Reads, checks and freezes the variables of the process and those of the modules (`PRODUCT.sections`). Throws one
 * `ConfigurationError` that names every variable that is wrong.
 */
export function loadConfiguration(
  sections: readonly ConfigurationSection[],
  environment: Environment = processEnvironment(),
): Configuration {
  const problems: string[] = [];
  const values = withSecretFiles(environment, problems, sections);
  const { data, error } = VARIABLES.safeParse(values);
  const checked = sections.map(({ variables }) => z.object(variables).safeParse(values));
  problems.push(
    ...[error, ...checked.map((section) => section.error)].flatMap(problemsOf),
    ...databaseUrlProblems(values),
  );
  if (problems.length > 0 || !data) throw new ConfigurationError(problems);
  const configuration: Configuration = { ...toConfiguration(data), sections: new Map() };
  return freeze({
    ...configuration,
    sections: new Map(
      sections.map((section, index) => [
        section.token,
        freeze(section.read(checked[index]?.data as never, configuration)),
      ]),
    ),
  });
}

function problemsOf(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

/** Not part of the schema: what a password has to be depends on the mode. */
function databaseUrlProblems(values: Environment): string[] {
  return (['DATABASE_URL', 'MIGRATION_DATABASE_URL'] as const).flatMap((name) => {
    const url = values[name];
    const problem = url === undefined ? null : databaseUrlProblem(url, values['NODE_ENV'] === 'production');
    return problem === null ? [] : [`${name} ${problem}`];
  });
}

function toConfiguration(v: z.infer<typeof VARIABLES>): Omit<Configuration, 'sections'> {
  return {
    mode: v.NODE_ENV,
    dataDir: resolve(v.DATA_DIR),
    http: {
      host: v.HOST,
      port: v.PORT,
      publicUrl: v.PUBLIC_URL ?? null,
      trustedProxies: v.TRUST_PROXY,
      corsOrigins: v.CORS_ORIGINS,
      swaggerUi: v.SWAGGER_UI,
      requestTimeoutMs: v.REQUEST_TIMEOUT_MS,
      drainDelayMs: v.SHUTDOWN_DRAIN_DELAY_MS,
      shutdownTimeoutMs: v.SHUTDOWN_TIMEOUT_MS,
      maxJsonBytes: v.MAX_JSON_BYTES,
    },
    database: {
      url: v.DATABASE_URL,
      migrationUrl: v.MIGRATION_DATABASE_URL ?? v.DATABASE_URL,
      role: v.DATABASE_ROLE,
      poolSize: v.DATABASE_POOL_SIZE,
      connectTimeoutMs: v.DATABASE_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: v.DATABASE_STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: v.DATABASE_LOCK_TIMEOUT_MS,
      preparedStatements: v.DATABASE_PREPARED_STATEMENTS,
    },
    privateKeyPem: v.JWT_PRIVATE_KEY,
    limits: {
      requestsPerMinute: v.RATE_LIMIT_PER_MINUTE,
      maxEventLoopDelayMs: v.MAX_EVENT_LOOP_DELAY_MS,
    },
    worker: {
      inProcess: v.WORKER_IN_PROCESS,
      http: v.WORKER_HTTP_PORT === undefined ? null : { host: v.WORKER_HTTP_HOST, port: v.WORKER_HTTP_PORT },
    },
    metrics: {
      served: v.METRICS ?? (v.NODE_ENV !== 'production' || v.METRICS_TOKEN !== undefined),
      token: v.METRICS_TOKEN ?? null,
    },
    log: { level: v.LOG_LEVEL, format: v.LOG_FORMAT ?? (v.NODE_ENV === 'development' ? 'pretty' : 'json') },
  };
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freeze(member as object);
  }
  return Object.freeze(value);
}

/** The environment of this process: the one place that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/** The names of all variables, for the documentation and its test. */
export function variableNames(sections: readonly ConfigurationSection[]): string[] {
  return [VARIABLES.shape, ...sections.map(({ variables }) => variables)].flatMap(Object.keys);
}
