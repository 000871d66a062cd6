import { hash } from '@node-rs/argon2';
import { newId } from '#libs/kernel';
import { type TestAccount } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

const api = useApi({ fullCostHashes: true });
const stored = duringTests(() => DatabaseReader.open(api.database));

const login = (email: string, password: string) =>
  api.anonymous.post('/v1/auth/login').send({ email, password });

async function hashOf(account: TestAccount): Promise<string> {
  const rows = await stored.query<{ password_hash: string }>(
    'SELECT password_hash FROM auth.credentials WHERE user_id = $1',
    [account.id],
  );
  return rows[0]?.password_hash ?? '';
}

describe('POST /v1/auth/login', () => {
  it('opens a session and records the user and the address', async () => {
    const account = await api.createAccount(['user']);
    const answer = await login(account.email.toUpperCase(), account.password).expect(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as unknown,
      tokenType: 'Bearer',
      expiresIn: 600,
      refreshToken: expect.stringMatching(/^vtr_[\w-]{43}$/) as unknown,
    });
    const [session] = await stored.query<{ id: string; ip: string }>(
      'SELECT id, ip FROM auth.sessions WHERE user_id = $1',
      [account.id],
    );
    expect(session?.ip).toBe('127.0.0.1');
    expect(await stored.entries('session.created', session?.id)).toEqual([
      expect.objectContaining({
        outcome: 'succeeded',
        actor_type: 'user',
        actor_id: account.id,
        session_id: session?.id,
        authenticated_by: 'password',
        target_type: 'session',
        ip: '127.0.0.1',
      }),
    ]);
  });

  it('stores neither token in the database', async () => {
    const account = await api.createAccount(['user']);
    const { body } = (await login(account.email, account.password).expect(200)) as {
      body: { refreshToken: string };
    };
    const [row] = await stored.query<{ plain: number }>(
      `SELECT count(*)::int AS plain FROM auth.refresh_tokens WHERE position($1::bytea IN token_sha256) > 0`,
      [Buffer.from(body.refreshToken)],
    );
    expect(row?.plain).toBe(0);
    const [known] = await stored.query<{ found: number }>(
      `SELECT count(*)::int AS found FROM auth.refresh_tokens WHERE token_sha256 = sha256($1::bytea)`,
      [Buffer.from(body.refreshToken)],
    );
    expect(known?.found).toBe(1);
  });

  it('answers an unknown address, a wrong password, a suspended user and a user without a password alike', async () => {
    const [known, suspended] = [await api.createAccount(['user']), await api.createAccount(['user'])];
    await api
      .as('user_manager')
      .post(`/v1/users/${suspended.id}/suspend`)
      .send({ reason: 'left' })
      .expect(200);
    const invited = await api
      .as('user_manager')
      .post('/v1/users')
      .send({ email: `${newId()}@example.com`, displayName: 'Invited', roles: ['user'] })
      .expect(201);
    const attempts = [
      login(`${newId()}@example.com`, known.password),
      login(known.email, 'not the password at all'),
      login(suspended.email, suspended.password),
      login((invited.body as { email: string }).email, known.password),
    ];
    const answers = await Promise.all(
      attempts.map(async (attempt) => {
        const { status, body, headers } = await attempt;
        const { requestId: _requestId, ...problem } = body as Record<string, unknown>;
        const { date: _date, 'x-request-id': _id, ...rest } = headers as Record<string, string>;
        return { status, problem, headers: rest };
      }),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      status: 401,
      problem: { code: 'INVALID_CREDENTIALS' },
      headers: { 'www-authenticate': 'Bearer realm="veritrail"' },
    });
  });

  it('records a failure against the account, or by a hash of the address if there is no account', async () => {
    const account = await api.createAccount(['user']);
    const unknown = `${newId()}@example.com`;
    await login(account.email, 'not the password at all').expect(401);
    await login(unknown, 'not the password at all').expect(401);
    expect(await stored.entries('session.login_failed', account.id)).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        actor_type: 'anonymous',
        target_type: 'user',
        reason_code: 'INVALID_CREDENTIALS',
      }),
    ]);
    const all = await stored.entries('session.login_failed');
    expect(all.at(-1)).toMatchObject({
      target_id: null,
      details: { account: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    });
    expect(JSON.stringify(all)).not.toMatch(/@example/);
  });

  it('compares the password exactly: an extra space makes it a different password', async () => {
    const account = await api.createAccount(['user']);
    await login(account.email, `${account.password} `).expect(401);
    await login(account.email, ` ${account.password}`).expect(401);
    await login(account.email, account.password).expect(200);
  });

  it('rehashes a password whose hash has weaker parameters than required now', async () => {
    const account = await api.createAccount(['user']);
    const old = await hash(account.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await stored.query('UPDATE auth.credentials SET password_hash = $2 WHERE user_id = $1', [
      account.id,
      old,
    ]);
    await login(account.email, account.password).expect(200);
    expect(await hashOf(account)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await login(account.email, account.password).expect(200);
  });

  it.each([
    ['no password', { email: 'a@example.com' }],
    ['a password of 129 characters', { email: 'a@example.com', password: 'x'.repeat(129) }],
    ['a password that is no text', { email: 'a@example.com', password: { $ne: '' } }],
    ['an address that is none', { email: 'a', password: 'x' }],
    ['an unknown member', { email: 'a@example.com', password: 'x', roles: ['admin'] }],
  ])('refuses %s before any look-up', async (_name, body) => {
    const answer = await api.anonymous.post('/v1/auth/login').send(body).expect(422);
    expect((answer.body as { code: string }).code).toBe('VALIDATION_FAILED');
  });
});
