import { generateKeyPairSync } from 'node:crypto';

/** The environment of tests: quiet, and with limits that only the tests of limits reach. */
export function testEnvironment(): Record<string, string> {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    JWT_PRIVATE_KEY: newSigningKey(),
    RATE_LIMIT_PER_MINUTE: '0',
    LOGIN_RATE_LIMIT_PER_MINUTE: '1000000',
    MIN_FREE_BYTES: '0',
    // Jest loads modules between two requests, which delays the event loop without load.
    MAX_EVENT_LOOP_DELAY_MS: '0',
    DATABASE_POOL_SIZE: '5',
    // A machine that runs every test at once is slow.
    DATABASE_CONNECT_TIMEOUT_MS: '10000',
  };
}

/** A new P-256 key in PKCS #8 PEM. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
