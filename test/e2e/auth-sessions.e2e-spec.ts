import { AuthMaintenance } from '#libs/auth';
import { type Role } from '#libs/kernel';
import { type TestAccount } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

const api = useApi();
const stored = duringTests(() => DatabaseReader.open(api.database));

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function signIn(account: TestAccount): Promise<Tokens> {
  const { email, password } = account;
  const { body } = await api.anonymous.post('/v1/auth/login').send({ email, password }).expect(200);
  return body as Tokens;
}

async function newSession(...roles: Role[]): Promise<Tokens & { account: TestAccount }> {
  const account = await api.createAccount(roles);
  return { ...(await signIn(account)), account };
}

const refresh = (refreshToken: string) => api.anonymous.post('/v1/auth/refresh').send({ refreshToken });
const me = (accessToken: string) => api.anonymous.withToken(accessToken).get('/v1/auth/me');

function sessionOf(accessToken: string): string {
  const claims: unknown = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  return (claims as { sid: string }).sid;
}

async function storedTokens({ accessToken }: Tokens): Promise<unknown> {
  const [row] = await stored.query(
    `SELECT s.revoke_reason AS ended, count(t.used_at)::int AS used, count(*)::int AS tokens
     FROM auth.sessions s JOIN auth.refresh_tokens t ON t.session_id = s.id WHERE s.id = $1 GROUP BY 1`,
    [sessionOf(accessToken)],
  );
  return row;
}

describe('POST /v1/auth/refresh', () => {
  it('returns a new token pair of the same session, and records it', async () => {
    const first = await newSession('user');
    const second = (await refresh(first.refreshToken).expect(200)).body as Tokens;
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(sessionOf(second.accessToken)).toBe(sessionOf(first.accessToken));
    await me(second.accessToken).expect(200);
    await me(first.accessToken).expect(200);
    expect(await stored.entries('session.refreshed', sessionOf(first.accessToken))).toEqual([
      expect.objectContaining({ outcome: 'succeeded', actor_id: first.account.id }),
    ]);
  });

  it('returns the same refresh token to a client that repeats the request within ten seconds, and records it', async () => {
    const first = await newSession('user');
    const lost = (await refresh(first.refreshToken).expect(200)).body as Tokens;
    api.clock.advance(9);
    const repeated = (await refresh(first.refreshToken).expect(200)).body as Tokens;
    expect(repeated.refreshToken).toBe(lost.refreshToken);
    await me(repeated.accessToken).expect(200);
    await refresh(repeated.refreshToken).expect(200);
    api.clock.advance(-9);
    expect(await storedTokens(first)).toEqual({ ended: null, used: 2, tokens: 3 });
    expect(await stored.entries('session.refreshed', sessionOf(first.accessToken))).toEqual([
      expect.objectContaining({ outcome: 'succeeded', reason_code: null }),
      expect.objectContaining({ outcome: 'succeeded', reason_code: 'REFRESH_REPEATED' }),
      expect.objectContaining({ outcome: 'succeeded', reason_code: null }),
    ]);
  });

  it('returns one refresh token to fifty simultaneous uses', async () => {
    const session = await newSession('user');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refresh(session.refreshToken).expect(200)),
    );
    expect(new Set(answers.map(({ body }) => (body as Tokens).refreshToken)).size).toBe(1);
    expect(await storedTokens(session)).toEqual({ ended: null, used: 1, tokens: 2 });
    const entries = await stored.entries('session.refreshed', sessionOf(session.accessToken));
    expect(entries.filter(({ reason_code }) => reason_code === null)).toHaveLength(1);
    expect(entries.filter(({ reason_code }) => reason_code === 'REFRESH_REPEATED')).toHaveLength(49);
    await me(session.accessToken).expect(200);
  });

  it.each<[string, (next: Tokens) => Promise<unknown>, number]>([
    ['after ten seconds', async () => undefined, 11],
    ['once its successor was used', async ({ refreshToken }) => refresh(refreshToken).expect(200), 0],
  ])(
    'revokes the session if a used token is presented %s, for thief and owner',
    async (_when, act, seconds) => {
      const first = await newSession('user');
      const sessionId = sessionOf(first.accessToken);
      const second = (await refresh(first.refreshToken).expect(200)).body as Tokens;
      await act(second);
      api.clock.advance(seconds);
      const answer = await refresh(first.refreshToken).expect(401);
      expect((answer.body as { code: string }).code).toBe('INVALID_REFRESH_TOKEN');
      await me(second.accessToken).expect(401);
      await refresh(second.refreshToken).expect(401);
      api.clock.advance(-seconds);
      expect(await storedTokens(first)).toMatchObject({ ended: 'refresh_reused' });
      expect(await stored.entries('session.refresh_reused', sessionId)).toEqual([
        expect.objectContaining({ outcome: 'succeeded', actor_type: 'anonymous', ip: '127.0.0.1' }),
      ]);
    },
  );

  it('ends a session whose thief uses the successor first: the owner’s next refresh reveals the theft', async () => {
    const stolen = await newSession('user');
    const owner = (await refresh(stolen.refreshToken).expect(200)).body as Tokens;
    const thief = (await refresh(stolen.refreshToken).expect(200)).body as Tokens;
    expect(thief.refreshToken).toBe(owner.refreshToken);
    const ahead = (await refresh(thief.refreshToken).expect(200)).body as Tokens;
    api.clock.advance(600);
    await refresh(owner.refreshToken).expect(401);
    await refresh(ahead.refreshToken).expect(401);
    await me(ahead.accessToken).expect(401);
    api.clock.advance(-600);
  });

  it('refuses a repeated request after the user was suspended', async () => {
    const first = await newSession('user');
    await refresh(first.refreshToken).expect(200);
    await api
      .as('user_manager')
      .post(`/v1/users/${first.account.id}/suspend`)
      .send({ reason: 'left' })
      .expect(200);
    await refresh(first.refreshToken).expect(401);
    expect(await stored.entries('session.refresh_reused', sessionOf(first.accessToken))).toEqual([]);
  });

  it.each([
    ['unknown', 'vtr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['short', 'x'],
  ])('refuses a token that is %s', async (_name, token) => {
    const answer = await refresh(token).expect(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('refuses an access token in place of a refresh token', async () => {
    const { accessToken } = await newSession('user');
    await api.anonymous.post('/v1/auth/refresh').send({ refreshToken: accessToken }).expect(422);
  });

  it.each<[string, Role[], number]>([
    ['seven days', ['user'], 7 * 86_400],
    ['half an hour for the privileged', ['user', 'verifier'], 1800],
  ])('expires a session that was idle for %s', async (_name, roles, seconds) => {
    const [late, timely] = [await newSession(...roles), await newSession(...roles)];
    api.clock.advance(seconds - 2);
    await refresh(timely.refreshToken).expect(200);
    api.clock.advance(3);
    await refresh(late.refreshToken).expect(401);
    api.clock.advance(-seconds - 1);
  });

  it.each<[string, Role[], number, number]>([
    ['thirty days', ['user'], 30 * 86_400, 6 * 86_400],
    ['twelve hours for the privileged', ['admin'], 43_200, 1700],
  ])('expires every session after %s, even an active one', async (_name, roles, absolute, step) => {
    let tokens: Tokens = await newSession(...roles);
    let elapsed = 0;
    while (elapsed + step < absolute) {
      api.clock.advance(step);
      elapsed += step;
      tokens = (await refresh(tokens.refreshToken).expect(200)).body as Tokens;
    }
    api.clock.advance(absolute - elapsed);
    await refresh(tokens.refreshToken).expect(401);
    await me(tokens.accessToken).expect(401);
    api.clock.advance(-absolute);
  });

  it('shortens a session’s lifetime from the first refresh after its user became privileged', async () => {
    const { refreshToken, account } = await newSession('user');
    const read = await api.as('user_manager').get(`/v1/users/${account.id}`).expect(200);
    await api
      .as('user_manager')
      .put(`/v1/users/${account.id}/roles`)
      .set('if-match', read.headers['etag'] ?? '')
      .send({ roles: ['verifier'] })
      .expect(200);
    api.clock.advance(43_201);
    await refresh(refreshToken).expect(401);
    api.clock.advance(-43_201);
  });
});

describe('POST /v1/auth/logout', () => {
  it('revokes this session at once and keeps the others', async () => {
    const one = await newSession('user');
    const other = await signIn(one.account);
    await api.anonymous.withToken(one.accessToken).post('/v1/auth/logout').expect(204);
    await me(one.accessToken).expect(401);
    await refresh(one.refreshToken).expect(401);
    await me(other.accessToken).expect(200);
    expect(await stored.entries('session.ended', sessionOf(one.accessToken))).toEqual([
      expect.objectContaining({ outcome: 'succeeded', actor_id: one.account.id }),
    ]);
    expect(await stored.entries('session.refresh_reused', sessionOf(one.accessToken))).toEqual([]);
  });
});

describe('pruning', () => {
  it('deletes sessions that ended more than a day ago, and no others', async () => {
    const ended = await newSession('user');
    await api.anonymous.withToken(ended.accessToken).post('/v1/auth/logout').expect(204);
    const running = await newSession('user');
    const maintenance = api.app.get(AuthMaintenance, { strict: false });
    await maintenance.prune();
    const count = async (token: string) =>
      (await stored.query('SELECT 1 FROM auth.sessions WHERE id = $1', [sessionOf(token)])).length;
    expect(await count(ended.accessToken)).toBe(1);
    api.clock.advance(86_401);
    const pruned = await maintenance.prune();
    api.clock.advance(-86_401);
    expect(pruned.sessions).toBeGreaterThanOrEqual(1);
    expect(await count(ended.accessToken)).toBe(0);
    expect(await count(running.accessToken)).toBe(1);
    await refresh(running.refreshToken).expect(200);
  });
});
