import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Configuration, loadConfiguration } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { workerUrlFor } from './postgres.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A signing key for checkpoints of a log, in PEM. */
export function newLogKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The configuration of a test's server: quiet, on a free port, changed by `variables`. */
export function edgeConfiguration(
  databaseUrl: string,
  variables: Readonly<Record<string, string>> = {},
): Configuration {
  return loadConfiguration(PRODUCT.sections, {
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    WORKER_DATABASE_URL: workerUrlFor(databaseUrl) ?? '',
    DATABASE_CONNECT_TIMEOUT_MS: '10000',
    // Removed with the other files of the run.
    DATA_DIR: join(process.env['VERITRAIL_TEST_RUN'] ?? tmpdir(), `data-${basename(databaseUrl)}`),
    LOG_SIGNING_KEY: newLogKey(),
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    RATE_LIMIT_PER_MINUTE: '0',
    MAX_EVENT_LOOP_DELAY_MS: '0',
    ...variables,
  });
}
