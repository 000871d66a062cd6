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

  it('works at most once, and revokes the session', async () => {
    const { stack, manager } = harness;
    const [person] = await people(stack.client, manager, ['user']);
    if (!person) throw new Error('The account was not created');
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
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners.length).toBeLessThanOrEqual(1);
      expect(answers.filter(({ status }) => status !== 200 && status !== 401)).toEqual([]);
      // The winner may be an attacker: no token of this session works any longer, on either instance.
      const tokens = [person.token, ...winners.map((one) => one.json<{ accessToken: string }>().accessToken)];
      for (const token of tokens) {
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
