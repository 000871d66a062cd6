import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError, loadConfiguration as load } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { SealingConfiguration } from '../../libs/audit/src/sequencer/sealing.configuration.js';
import { AuthConfiguration } from '../../libs/auth/src/auth.configuration.js';

type Variables = Record<string, string | undefined>;

const loadConfiguration = (environment: Variables) => load(PRODUCT.sections, environment);

const sectionOf = <T extends object>(token: abstract new () => T, environment: Variables): T =>
  loadConfiguration(environment).sections.get(token) as T;

const pem = (curve: string): string =>
  generateKeyPairSync('ec', { namedCurve: curve })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

const KEY = pem('P-256');
const LOG_KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PUBLIC = createPublicKey(KEY).export({ type: 'spki', format: 'pem' }).toString();
const VALID = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app:4f8a1c0be97d2e63@db:5432/veritrail',
  JWT_PRIVATE_KEY: KEY,
};

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('requires only values without a safe default', () => {
    const configuration = loadConfiguration(VALID);
    expect(configuration).toMatchObject({
      mode: 'production',
      http: { host: '127.0.0.1', port: 3000, publicUrl: null, trustedProxies: [], corsOrigins: [] },
      database: {
        role: 'veritrail_app',
        poolSize: 10,
        connectTimeoutMs: 2000,
        migrationUrl: VALID.DATABASE_URL,
      },
      log: { level: 'info', format: 'json' },
    });
    expect(sectionOf(AuthConfiguration, VALID).accounts.selfRegistration).toBe(false);
  });

  it('serves metrics in production only on request or with a token', () => {
    const METRICS_TOKEN = 'f'.repeat(48);
    const served = (environment: Record<string, string>): boolean =>
      loadConfiguration({ ...VALID, ...environment }).metrics.served;
    expect(served({})).toBe(false);
    expect(served({ NODE_ENV: 'development' })).toBe(true);
    expect(served({ METRICS: 'true' })).toBe(true);
    expect(served({ METRICS_TOKEN })).toBe(true);
    expect(served({ METRICS_TOKEN, METRICS: 'false' })).toBe(false);
    expect(problemsOf({ ...VALID, METRICS_TOKEN: 'short' })).toEqual([
      expect.stringContaining('METRICS_TOKEN must be'),
    ]);
  });

  it('is deeply frozen', () => {
    const configuration = loadConfiguration(VALID);
    expect(() => Object.assign(configuration.http, { port: 1 })).toThrow(TypeError);
    expect(() => (configuration.http.trustedProxies as string[]).push('10.0.0.1')).toThrow(TypeError);
  });

  it.each([
    ['PORT', '65536', 'PORT must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'PORT must be a whole number from 0 to 65535'],
    ['PORT', '80.5', 'PORT must be a whole number from 0 to 65535'],
    ['PORT', '0x50', 'PORT must be a whole number from 0 to 65535'],
    ['NODE_ENV', 'prod', 'NODE_ENV must be production, development or test'],
    ['PUBLIC_URL', 'ftp://example.com', 'PUBLIC_URL must be an http or https URL'],
    ['PUBLIC_URL', 'example.com', 'PUBLIC_URL must be an http or https URL'],
    ['SWAGGER_UI', 'yes', 'SWAGGER_UI must be true or false'],
    [
      'TRUST_PROXY',
      '*',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      'true',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      '10.0.0.1,0.0.0.0/0',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      'my-proxy',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      '0.0.0.0/1,128.0.0.0/1',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      '::/1,8000::/1',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      '::ffff:0:0/96',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      '::/8',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'TRUST_PROXY',
      '10.0.0.0/33',
      'TRUST_PROXY must list the addresses or CIDR ranges of your own proxies, no range wider than a /8 (IPv4) or /7 (IPv6)',
    ],
    [
      'CORS_ORIGINS',
      '*',
      'CORS_ORIGINS must be a comma-separated list of origins such as https://app.example.com',
    ],
    [
      'CORS_ORIGINS',
      'https://app.example.com/',
      'CORS_ORIGINS must be a comma-separated list of origins such as https://app.example.com',
    ],
    ['DATABASE_URL', 'mysql://a:b@c/d', 'DATABASE_URL must be a postgres:// URL'],
    ['DATABASE_URL', 'postgres://app:%zz@db/veritrail', 'DATABASE_URL must be a postgres:// URL'],
    ['DATABASE_URL', 'postgres://app@db/veritrail', 'DATABASE_URL must contain a password in production'],
    [
      'DATABASE_URL',
      'postgres://app:postgres@db/veritrail',
      'DATABASE_URL contains a well-known password: choose a random one',
    ],
    [
      'DATABASE_URL',
      'postgres://app:short1@db/veritrail',
      'DATABASE_URL contains a password of less than 12 characters: choose a longer one',
    ],
    ['DATABASE_ROLE', 'Robert"; DROP', 'DATABASE_ROLE must be a lower-case role name, or empty'],
    ['JWT_PRIVATE_KEY', 'hello', 'JWT_PRIVATE_KEY must be a private key in PEM form (PKCS #8)'],
    ['JWT_PRIVATE_KEY', pem('P-384'), 'JWT_PRIVATE_KEY must be an EC key on the curve P-256'],
    [
      'JWT_ADDITIONAL_PUBLIC_KEYS',
      `${PUBLIC}-----BEGIN PUBLIC KEY-----`,
      'JWT_ADDITIONAL_PUBLIC_KEYS must contain only public keys in PEM, one after the other',
    ],
    ['LOG_SIGNING_KEY', 'hello', 'LOG_SIGNING_KEY must be a private key in PEM form (PKCS #8)'],
    ['LOG_SIGNING_KEY', KEY, 'LOG_SIGNING_KEY must be an Ed25519 key'],
    ['LOG_ADDITIONAL_SIGNING_KEYS', KEY, 'LOG_ADDITIONAL_SIGNING_KEYS must be an Ed25519 key'],
    [
      'LOG_ADDITIONAL_SIGNING_KEYS',
      PUBLIC,
      'LOG_ADDITIONAL_SIGNING_KEYS must contain only private keys in PEM, one after the other',
    ],
    [
      'LOG_ORIGIN',
      'docs example+com',
      'LOG_ORIGIN must have 1 to 200 characters and no spaces, control characters or plus signs',
    ],
    ['LOG_LEVEL', 'verbose', 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent'],
    ['LOG_FORMAT', 'xml', 'LOG_FORMAT must be json or pretty'],
  ])('refuses a wrong %s, with its name and the allowed values', (name, value, problem) => {
    expect(problemsOf({ ...VALID, [name]: value })).toContain(problem);
  });

  it('reports all missing variables at once, and no value of a secret', () => {
    const problems = problemsOf({ DATABASE_URL: 'secret-thing', PORT: 'x' });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('secret-thing');
    const weak = { NODE_ENV: 'production', DATABASE_URL: 'postgres://app:postgres@db/veritrail' };
    const named = problemsOf({ ...weak, TRUST_PROXY: '*', CORS_ORIGINS: '*', PORT: 'x' });
    expect(named.map((problem) => problem.split(' ', 1)[0]).sort()).toEqual([
      'CORS_ORIGINS',
      'DATABASE_URL',
      'JWT_PRIVATE_KEY',
      'PORT',
      'TRUST_PROXY',
    ]);
  });

  it('accepts weak passwords in development only', () => {
    const weak = { ...VALID, DATABASE_URL: 'postgres://postgres:postgres@localhost/veritrail' };
    expect(problemsOf({ ...weak, NODE_ENV: 'development' })).toEqual([]);
    expect(problemsOf(weak)).toHaveLength(1);
  });

  it('treats an empty variable as not set, but an empty role as no role', () => {
    const configuration = loadConfiguration({ ...VALID, PORT: '', PUBLIC_URL: '', DATABASE_ROLE: '' });
    expect([configuration.http.port, configuration.database.role]).toEqual([3000, '']);
  });

  it('accepts several public keys', () => {
    const { tokens } = sectionOf(AuthConfiguration, {
      ...VALID,
      JWT_ADDITIONAL_PUBLIC_KEYS: `${PUBLIC}\n${PUBLIC}`,
    });
    expect(tokens.additionalPublicKeysPem).toEqual([PUBLIC.trim(), PUBLIC.trim()]);
    expect(sectionOf(AuthConfiguration, VALID).tokens.additionalPublicKeysPem).toEqual([]);
  });

  const VKEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';

  it('reads the keys of the log and the folder of its anchor', () => {
    expect(sectionOf(SealingConfiguration, VALID)).toEqual({
      origin: null,
      signingKeyPem: null,
      additionalSigningKeysPem: [],
      verifierKeys: [],
      anchorDir: resolve('data/log'),
      publicUrl: null,
    });
    const sealing = sectionOf(SealingConfiguration, {
      ...VALID,
      LOG_ORIGIN: 'docs.example.com/log',
      LOG_SIGNING_KEY: LOG_KEY,
      LOG_ADDITIONAL_SIGNING_KEYS: `${LOG_KEY}\n${LOG_KEY}`,
      LOG_VERIFIER_KEYS: `${VKEY}\n`,
      LOG_ANCHOR_DIR: '/somewhere',
    });
    expect(sealing).toEqual({
      origin: 'docs.example.com/log',
      signingKeyPem: LOG_KEY,
      additionalSigningKeysPem: [LOG_KEY.trim(), LOG_KEY.trim()],
      verifierKeys: [VKEY],
      anchorDir: '/somewhere',
      publicUrl: null,
    });
  });

  it('removes a trailing slash of the public URL', () => {
    const { http } = loadConfiguration({ ...VALID, PUBLIC_URL: 'https://docs.example.com/base//' });
    expect(http.publicUrl).toBe('https://docs.example.com/base');
  });

  describe('from files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'veritrail-secrets-'));
    const file = join(folder, 'key.pem');

    afterAll(() => rmSync(folder, { recursive: true }));

    it('reads a secret without its final line break', () => {
      writeFileSync(file, `${VALID.DATABASE_URL}\n`);
      const { DATABASE_URL: _, ...others } = VALID;
      expect(loadConfiguration({ ...others, DATABASE_URL_FILE: file }).database.url).toBe(VALID.DATABASE_URL);
    });

    it('refuses a missing file, and a secret that is set twice', () => {
      writeFileSync(file, KEY);
      expect(
        problemsOf({ ...VALID, JWT_PRIVATE_KEY: '', JWT_PRIVATE_KEY_FILE: join(folder, 'none') }),
      ).toContain('JWT_PRIVATE_KEY_FILE names a file that cannot be read');
      expect(problemsOf({ ...VALID, JWT_PRIVATE_KEY_FILE: file })).toContain(
        'JWT_PRIVATE_KEY and JWT_PRIVATE_KEY_FILE are both set: set only one of them',
      );
    });
  });
});
