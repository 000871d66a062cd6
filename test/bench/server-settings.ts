import { generateKeyPairSync } from 'node:crypto';
import { type BenchDatabase } from './database.js';

export const ISSUER = 'veritrail';
export const AUDIENCE = 'veritrail-api';
/** The product's default; the floor has the same. */
export const POOL_SIZE = 10;

/** The API as in production, with all features. Its limits are active, and high enough for the load of one client. */
export function apiEnvironment(
  database: BenchDatabase,
  key: string,
  dataDir: string,
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.url,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    DATABASE_POOL_SIZE: String(POOL_SIZE),
    JWT_PRIVATE_KEY: key,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    RATE_LIMIT_PER_MINUTE: '10000000',
    LOGIN_RATE_LIMIT_PER_MINUTE: '1000000',
    METRICS: 'true',
    DATA_DIR: dataDir,
  };
}

export function floorEnvironment(
  database: BenchDatabase,
  key: string,
  dataDir: string,
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: String(POOL_SIZE),
    JWT_PRIVATE_KEY: key,
    DATA_DIR: dataDir,
  };
}

/** The sealing worker, with the log's key, which the API does not need. */
export function workerEnvironment(
  database: BenchDatabase,
  key: string,
  logKey: string,
  dataDir: string,
): Record<string, string> {
  return {
    ...apiEnvironment(database, key, dataDir),
    WORKER_DATABASE_URL: database.workerUrl,
    LOG_SIGNING_KEY: logKey,
    LOG_ORIGIN: 'bench.example/log',
  };
}

/** A new Ed25519 key in PEM. */
export function newLogKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
