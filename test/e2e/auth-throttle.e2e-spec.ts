import { DatabaseReader } from '../support/database-reader.js';
import { describeApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

const WRONG = 'not the password at all';

/** Stops only `Date`, by which the limiter measures its delays: on a slow machine no delay must expire by itself. */
function stopDate(): void {
  const running = ['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const;
  const timers = [
    'setImmediate',
    'clearImmediate',
    'setInterval',
    'clearInterval',
    'setTimeout',
    'clearTimeout',
  ] as const;
  jest.useFakeTimers({ now: Date.now(), doNotFake: [...running, ...timers] });
}

afterAll(() => void jest.useRealTimers());

describeApi('the login throttle', { environment: { TRUST_PROXY: '127.0.0.1' } }, (api) => {
  const stored = duringTests(() => DatabaseReader.open(api.database));

  beforeAll(stopDate);

  const login = (email: string, password: string, ip: string) =>
    api.anonymous.post('/v1/auth/login').set('x-forwarded-for', ip).send({ email, password });

  it('delays the sixth attempt of an address and e-mail pair, even with the right password, and records it', async () => {
    const account = await api.createAccount(['user']);
    for (let n = 0; n < 5; n += 1) await login(account.email, WRONG, '198.51.100.1').expect(401);
    const answer = await login(account.email, account.password, '198.51.100.1').expect(429);
    expect(answer.body).toMatchObject({ code: 'LOGIN_THROTTLED' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers['ratelimit']).toMatch(/r=0;t=1/);
    const entries = await stored.query<{ reason_code: string }>(
      `SELECT e.reason_code FROM audit.entries e JOIN audit.personal_values p ON p.entry_id = e.id
       WHERE e.action = 'session.login_failed' AND convert_from(p.value, 'UTF8')::jsonb->>'ip' = '198.51.100.1'
       ORDER BY e.id`,
    );
    expect(entries.map((entry) => entry.reason_code)).toEqual([
      ...Array<string>(5).fill('INVALID_CREDENTIALS'),
      'LOGIN_THROTTLED',
    ]);
    jest.setSystemTime(Date.now() + 1001);
    await login(account.email, account.password, '198.51.100.1').expect(200);
    for (let n = 0; n < 4; n += 1) await login(account.email, WRONG, '198.51.100.1').expect(401);
    await login(account.email, account.password, '198.51.100.1').expect(200);
  });

  it.each([
    ['198.51.100.7:50001', '198.51.100.7'],
    ['[2001:db8:7::1]:443', '2001:db8:7::1'],
    ['::ffff:198.51.100.8', '198.51.100.8'],
    ['unknown', '127.0.0.1'],
    ['1'.repeat(300), '127.0.0.1'],
  ])('counts a client that the proxy calls %j, and records it as %s', async (forwarded, ip) => {
    const { email, id } = await api.createAccount(['user']);
    for (let n = 0; n < 5; n += 1) await login(email, WRONG, forwarded).expect(401);
    await login(email, WRONG, forwarded).expect(429);
    const rows = await stored.query<{ ip: string }>(
      `SELECT DISTINCT convert_from(p.value, 'UTF8')::jsonb->>'ip' AS ip FROM audit.entries e
       JOIN audit.personal_values p ON p.entry_id = e.id WHERE e.action = 'session.login_failed' AND e.target_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ ip }]);
  });

  it('treats an e-mail address without an account in the same way', async () => {
    for (let n = 0; n < 5; n += 1) await login('nobody@example.com', WRONG, '198.51.100.2').expect(401);
    await login('nobody@example.com', WRONG, '198.51.100.2').expect(429);
  });

  it('lets the owner sign in from another address while an attacker guesses', async () => {
    const account = await api.createAccount(['user']);
    await Promise.all(Array.from({ length: 20 }, () => login(account.email, WRONG, '198.51.100.3')));
    await login(account.email, WRONG, '198.51.100.3').expect(429);
    await login(account.email, account.password, '203.0.113.7').expect(200);
  });

  it('counts concurrent attempts before any of them has failed', async () => {
    const account = await api.createAccount(['user']);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => login(account.email, WRONG, '198.51.100.4')),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25);
  });

  it('counts a whole IPv6 site as one address', async () => {
    const account = await api.createAccount(['user']);
    for (let n = 1; n <= 5; n += 1) await login(account.email, WRONG, `2001:db8:1:2::${n}`).expect(401);
    await login(account.email, WRONG, '2001:db8:1:2:ffff::1').expect(429);
    await login(account.email, account.password, '2001:db8:1:3::1').expect(200);
  });

  it('stores no e-mail address in its counters', async () => {
    const rows = await stored.query<{ key: string }>('SELECT key FROM auth.rate_limits');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ key }) => key).join()).not.toContain('@');
  });
});

describeApi(
  'the limit of logins per address',
  { people: false, environment: { LOGIN_RATE_LIMIT_PER_MINUTE: '3' } },
  (api) => {
    beforeAll(async () => {
      stopDate();
    });

    it('refuses the fourth within a minute, for any account', async () => {
      const statuses: number[] = [];
      for (const name of ['a', 'b', 'c', 'd']) {
        const body = { email: `${name}@example.com`, password: WRONG };
        statuses.push((await api.anonymous.post('/v1/auth/login').send(body)).status);
      }
      expect(statuses).toEqual([401, 401, 401, 429]);
    });

    it('counts guessed invitations too', async () => {
      await api.anonymous
        .post('/v1/auth/invitations/accept')
        .send({ token: 'vti_guess', password: WRONG })
        .expect(429);
    });
  },
);
