import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '#libs/observability';
import { RevocationsRepository } from '../../libs/auth/src/revocations/revocations.repository.js';
import { type ApiClient, type TestAccount } from '../support/api-client.js';
import { type TestApi } from '../support/app.js';
import { DatabaseReader } from '../support/database-reader.js';
import { duringTests } from '../support/during-tests.js';
import { startTwoApis } from '../support/two-apis.js';

/** The reads of revocations in one process, which a test can pause as an overloaded or stopped process would. */
class PausableRevocations extends RevocationsRepository {
  static heldUp: Promise<void> | null = null;

  override async committedSince(since: bigint) {
    const seen = await super.committedSince(since);
    await PausableRevocations.heldUp;
    return seen;
  }
}

describe('two processes on one database', () => {
  let here: TestApi;
  let there: TestApi;

  const apis = duringTests(() =>
    startTwoApis((builder) => builder.overrideProvider(RevocationsRepository).useClass(PausableRevocations)),
  );

  beforeAll(async () => {
    ({ here, there } = apis);
  });

  afterEach(() => (PausableRevocations.heldUp = null));

  const LIST = '/v1/documents?ownerId=0199f0a0-0b1c-7e55-8f3b-6a1d2c3e4f50';

  /** A user whose token and roles both processes have cached. */
  async function cachedUser(roles: TestAccount['roles'] = ['verifier']) {
    const one = await here.newcomer(roles);
    const other = there.anonymous.withToken(one.accessToken);
    for (let n = 0; n < 10; n += 1) {
      await Promise.all([one.get('/v1/auth/me').expect(200), other.get('/v1/auth/me').expect(200)]);
      await sleep(20);
    }
    return { one, other, id: one.account?.id ?? '' };
  }

  const lookups = async (result: 'hit' | 'miss'): Promise<number> => {
    const pattern = new RegExp(
      `veritrail_cache_lookups_total\\{cache="authority",result="${result}"\\} (\\d+)`,
    );
    return Number(pattern.exec(await there.app.get(Metrics, { strict: false }).text())?.[1] ?? 0);
  };

  const assignRoles = async (id: string, roles: string[]): Promise<void> => {
    const { headers } = await here.as('user_manager').get(`/v1/users/${id}`).expect(200);
    const etag = String(headers['etag']);
    await here
      .as('user_manager')
      .put(`/v1/users/${id}/roles`)
      .set('If-Match', etag)
      .send({ roles })
      .expect(200);
  };

  it('cache the roles of a user', async () => {
    const { other } = await cachedUser();
    const before = await lookups('hit');
    await other.get(LIST).expect(200);
    expect(await lookups('hit')).toBeGreaterThan(before);
  });

  const revocations: Array<[string, (who: { one: ApiClient; id: string }) => Promise<unknown>]> = [
    ['signed out', ({ one }) => one.post('/v1/auth/logout').expect(204)],
    [
      'was suspended',
      ({ id }) =>
        here.as('user_manager').post(`/v1/users/${id}/suspend`).send({ reason: 'left' }).expect(200),
    ],
    ['lost all sessions', ({ id }) => here.as('user_manager').delete(`/v1/users/${id}/sessions`).expect(204)],
  ];

  it.each(revocations)(
    'refuse a user who %s in the other process, from the next request',
    async (_, revoke) => {
      const who = await cachedUser();
      await revoke(who);
      await who.other.get(LIST).expect(401);
      await who.one.get(LIST).expect(401);
    },
  );

  it('refuse a permission of a role that was removed in the other process, from the next request', async () => {
    const { other, id } = await cachedUser(['auditor']);
    await other.get('/v1/users').expect(200);
    await assignRoles(id, ['user']);
    await other.get('/v1/users').expect(403);
  });

  it('allow a permission of a role that was granted in the other process, from the next request', async () => {
    const { other, id } = await cachedUser(['user']);
    await other.get('/v1/users').expect(403);
    await assignRoles(id, ['auditor']);
    await other.get('/v1/users').expect(200);
  });

  it('end the other sessions of a user whose password changes, and not the session that changes it', async () => {
    const { one } = await cachedUser();
    const { account } = one;
    if (!account) throw new Error('a newcomer has an account');
    const second = await here.signIn(account);
    const secondThere = there.anonymous.withToken(second.accessToken);
    await secondThere.get(LIST).expect(200);
    const passwords = { currentPassword: account.password, newPassword: 'a quiet otter counts river stones' };
    await one.put('/v1/auth/password').send(passwords).expect(204);
    await secondThere.get(LIST).expect(401);
    await there.anonymous.withToken(one.accessToken).get(LIST).expect(200);
  });

  it('query the database when they cannot read revocations, and so refuse a revoked session', async () => {
    const { one, other } = await cachedUser();
    let goOn = (): void => undefined;
    PausableRevocations.heldUp = new Promise((resolve) => (goOn = resolve));
    await one.post('/v1/auth/logout').expect(204);
    const misses = await lookups('miss');
    await other.get(LIST).expect(401);
    expect(await lookups('miss')).toBe(misses + 1);
    goOn();
    PausableRevocations.heldUp = null;
    await sleep(300);
    await other.get(LIST).expect(401);
  });

  it('refuse a session that was revoked by hand in the database, after their next read', async () => {
    const { other, id } = await cachedUser();
    const database = await DatabaseReader.open(here.database);
    await database.query(
      "UPDATE auth.sessions SET revoked_at = now(), revoke_reason = 'by hand' WHERE user_id = $1",
      [id],
    );
    await database.close();
    await sleep(500);
    await other.get(LIST).expect(401);
  });
});
