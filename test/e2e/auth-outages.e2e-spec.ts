import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { createApp } from '../../apps/api/src/app.configure.js';
import { ApiClient, type TestAccount } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { ResponseContract } from '../support/response-contract.js';

const api = useApi({ environment: { CONCURRENT_PASSWORD_HASHES: '1' }, fullCostHashes: true });

const login = ({ email, password }: { email: string; password: string }) =>
  api.anonymous.post('/v1/auth/login').send({ email, password });

describe('a second process on the same database', () => {
  let second: NestFastifyApplication;

  beforeAll(async () => {
    second = await createApp(api.configuration);
    await second.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    await second?.close();
  });

  it('applies on its next request what was revoked through the first, although it has cached the token', async () => {
    const user = await api.newcomer(['auditor']);
    const there = new ApiClient(
      await second.getUrl(),
      new ResponseContract(api.document),
      user.account,
      user.accessToken,
    );
    await there.get('/v1/users').expect(200);
    await api
      .as('user_manager')
      .put(`/v1/users/${user.account?.id ?? ''}/roles`)
      .set('if-match', '"1"')
      .send({ roles: ['user'] })
      .expect(200);
    await there.get('/v1/users').expect(403);
    await api
      .as('user_manager')
      .post(`/v1/users/${user.account?.id ?? ''}/suspend`)
      .send({ reason: 'left' })
      .expect(200);
    await there.get('/v1/auth/me').expect(401);
  });

  it('counts failures together with the first', async () => {
    const account = await api.createAccount(['user']);
    const there = new ApiClient(await second.getUrl(), new ResponseContract(api.document));
    const wrong = { email: account.email, password: 'not the password at all' };
    for (let n = 0; n < 3; n += 1) await login(wrong).expect(401);
    for (let n = 0; n < 2; n += 1) await there.post('/v1/auth/login').send(wrong).expect(401);
    await there.post('/v1/auth/login').send(wrong).expect(429);
    await login(wrong).expect(429);
  });
});

describe('more logins than the server can hash', () => {
  it('receive 503 with Retry-After, and none of them counts as failed', async () => {
    const accounts = await Promise.all(Array.from({ length: 8 }, () => api.createAccount(['user'])));
    const before = await failures();
    const attempts = Array.from({ length: 80 }, (_, n) => accounts[n % 8] as TestAccount);
    const wrong = { password: 'not the password at all' };
    const answers = await Promise.all(
      attempts.map((account, n) =>
        login(n < 8 ? account : { ...account, email: `${n}@example.com`, ...wrong }),
      ),
    );
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    for (const { headers } of busy) expect(headers['retry-after']).toBe('1');
    expect(answers.every(({ status }) => [200, 401, 503].includes(status))).toBe(true);
    await Promise.all(accounts.map((account) => login(account).expect(200)));
    expect((await failures()) - before).toBe(answers.filter(({ status }) => status === 401).length);
  });
});

describe('an unavailable database', () => {
  it('makes every response a 503 with Retry-After until the database is back', async () => {
    const user = await api.newcomer(['user']);
    await withoutDatabase(async () => {
      const refusals = await Promise.all([
        login(user.account as TestAccount),
        login({ email: 'nobody@example.com', password: 'not the password at all' }),
        user.get('/v1/auth/me'),
        api.anonymous.post('/v1/auth/refresh').send({ refreshToken: 'vtr_x' }),
        api.anonymous.post('/v1/auth/invitations/accept').send({ token: 'vti_x', password: 'x'.repeat(20) }),
      ]);
      for (const { status, headers, body } of refusals) {
        expect([status, (body as { code: string }).code]).toEqual([503, 'UNAVAILABLE']);
        expect(headers['retry-after']).toMatch(/^\d+$/);
      }
      await api.anonymous.get('/.well-known/jwks.json').expect(200);
    });
    await user.get('/v1/auth/me').expect(200);
    await login(user.account as TestAccount).expect(200);
  });
});

async function failures(): Promise<number> {
  const stored = await DatabaseReader.open(api.database);
  const [row] = await stored.query<{ points: number }>(
    `SELECT coalesce(sum(points), 0)::int AS points FROM auth.rate_limits WHERE key LIKE 'login-failures:%'`,
  );
  await stored.close();
  return row?.points ?? 0;
}

/** Cuts every connection to the database of this file and refuses new ones until `work` is done. */
async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  const { name, adminUrl } = api.database;
  const admin = new Client({
    connectionString: Object.assign(new URL(adminUrl), { pathname: '/postgres' }).href,
  });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await work();
  } finally {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await admin.end();
  }
}
