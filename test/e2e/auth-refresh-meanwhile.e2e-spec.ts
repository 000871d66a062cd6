import { RefreshTokensRepository } from '../../libs/auth/src/sessions/refresh-tokens.repository.js';
import { type TestAccount } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

/** Runs a callback once, between the look-up of a refresh token and its rotation. */
class Interrupted extends RefreshTokensRepository {
  static meanwhile: (() => Promise<unknown>) | null = null;

  override async rotate(fingerprint: Buffer, next: Buffer, expiresAt: Date): Promise<void> {
    const { meanwhile } = Interrupted;
    Interrupted.meanwhile = null;
    await meanwhile?.();
    await super.rotate(fingerprint, next, expiresAt);
  }
}

interface Session {
  readonly id: string;
  readonly account: TestAccount;
  readonly accessToken: string;
  readonly refreshToken: string;
}

const api = useApi({
  replace: (builder) => builder.overrideProvider(RefreshTokensRepository).useClass(Interrupted),
});
const database = duringTests(() => DatabaseReader.open(api.database));
afterEach(() => (Interrupted.meanwhile = null));

async function newSession(): Promise<Session> {
  const account = await api.createAccount(['user']);
  const { email, password } = account;
  const { body } = await api.anonymous.post('/v1/auth/login').send({ email, password }).expect(200);
  const tokens = body as { accessToken: string; refreshToken: string };
  const [session] = await database.query<{ id: string }>('SELECT id FROM auth.sessions WHERE user_id = $1', [
    account.id,
  ]);
  return { id: session!.id, account, ...tokens };
}

const refresh = async ({ refreshToken }: Session) =>
  api.anonymous.post('/v1/auth/refresh').send({ refreshToken });

/** The lifetime of a refresh token is seven days; the session outlives it. */
const EIGHT_DAYS = 8 * 86_400;

/** A concurrent event and the reason for which it ends the session. */
const MEANWHILE: ReadonlyArray<readonly [string, (it: Session) => Promise<unknown>, string | null]> = [
  [
    'the user logs out',
    async (it) => api.anonymous.withToken(it.accessToken).post('/v1/auth/logout').expect(204),
    'logged_out',
  ],
  [
    'the user is suspended',
    async ({ account }) =>
      api.as('user_manager').post(`/v1/users/${account.id}/suspend`).send({ reason: 'left' }).expect(200),
    'suspended',
  ],
  ['it expires', async () => api.clock.advance(EIGHT_DAYS), null],
];

describe('a refresh token that was valid when it was looked up', () => {
  it.each(MEANWHILE)('is refused if %s before it is rotated', async (_what, act, ended) => {
    const session = await newSession();
    const before = api.clock.now().getTime();
    Interrupted.meanwhile = () => act(session);
    const { status, body } = await refresh(session);
    api.clock.advance((before - api.clock.now().getTime()) / 1000);
    expect([status, (body as { code: string }).code]).toEqual([401, 'INVALID_REFRESH_TOKEN']);
    expect(
      await database.query(
        `SELECT s.revoke_reason AS ended, count(t.used_at)::int AS used, count(*)::int AS tokens
         FROM auth.sessions s JOIN auth.refresh_tokens t ON t.session_id = s.id WHERE s.id = $1 GROUP BY 1`,
        [session.id],
      ),
    ).toEqual([{ ended, used: 0, tokens: 1 }]);
    expect(await database.entries('session.refreshed', session.id)).toEqual([
      expect.objectContaining({
        outcome: 'denied',
        actor_type: 'anonymous',
        actor_id: null,
        reason_code: 'INVALID_REFRESH_TOKEN',
      }),
    ]);
    expect(await database.entries('session.refresh_reused', session.id)).toEqual([]);
  });

  it('is rotated if nothing happens in between', async () => {
    expect((await refresh(await newSession())).status).toBe(200);
  });
});
