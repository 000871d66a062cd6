import { people } from './support/people.js';
import { QUICK, FaultHarness } from './support/harness.js';

const PARALLEL = 20;
const ROUNDS = QUICK ? 3 : 10;

describe('J6 one refresh token, used many times at once', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('J6', { instances: 2 });
  });

  afterAll(() => harness?.close());

  it('gives all uses the same successor, and revokes the session once that was used', async () => {
    const { stack, manager } = harness;
    const [person] = await people(stack.client, manager, ['user']);
    if (!person) throw new Error('The account was not created');
    const refresh = async (refreshToken: string) =>
      (await stack.client.send({ method: 'POST', path: '/v1/auth/refresh', json: { refreshToken } })).status;
    for (let round = 0; round < ROUNDS; round += 1) {
      await person.signIn();
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, (_, index) =>
          stack.client.send({
            method: 'POST',
            path: '/v1/auth/refresh',
            json: { refreshToken: person.refreshToken },
            baseUrl: stack.apis[index % 2]?.url ?? '',
          }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const pairs = answers.map((one) => one.json<{ accessToken: string; refreshToken: string }>());
      expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      expect(await refresh(pairs[0]?.refreshToken ?? '')).toBe(200);
      expect(await refresh(person.refreshToken)).toBe(401);
      // The other party may be an attacker: no token of this session works any longer, on either instance.
      for (const token of [person.token, ...pairs.map(({ accessToken }) => accessToken)]) {
        for (const { url } of stack.apis) {
          expect((await stack.client.send({ path: '/v1/auth/me', token, baseUrl: url })).status).toBe(401);
        }
      }
    }
    const rows = await stack.postgres.rows<{ reason: string; n: number }>(
      `SELECT revoke_reason AS reason, count(*)::int AS n FROM auth.sessions
       WHERE user_id = $1 AND revoked_at IS NOT NULL GROUP BY 1`,
      [person.id],
    );
    expect(rows).toEqual([{ reason: 'refresh_reused', n: ROUNDS }]);
    const entries = await stack.postgres.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit.entries WHERE action = 'session.refresh_reused' GROUP BY target_id`,
    );
    expect(entries).toEqual(Array.from({ length: ROUNDS }, () => ({ n: 1 })));
    expect(await harness.problems()).toEqual([]);
  });
});
