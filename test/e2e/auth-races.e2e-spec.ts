import { type ApiClient, type TestAccount } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';

const ROUNDS = 6;
const LOGINS = 4;

const api = useApi({ environment: { LOGIN_FREE_FAILURES: '1000', CONCURRENT_PASSWORD_HASHES: '4' } });

/** Signs in several times while `change` happens and returns the tokens of the logins that succeeded. */
async function loginsDuring(account: TestAccount, change: () => PromiseLike<unknown>): Promise<string[]> {
  const { email, password } = account;
  const logins = Array.from({ length: LOGINS }, () =>
    api.anonymous.post('/v1/auth/login').send({ email, password }),
  );
  const [answers] = await Promise.all([Promise.all(logins), change()]);
  expect(answers.every(({ status }) => status === 200 || status === 401)).toBe(true);
  return answers
    .filter(({ status }) => status === 200)
    .map(({ body }) => (body as { accessToken: string }).accessToken);
}

const statusesOf = async (tokens: string[]) =>
  Promise.all(tokens.map(async (token) => (await api.anonymous.withToken(token).get('/v1/auth/me')).status));

describe('logins concurrent with', () => {
  it('a suspension leave no session that a reactivation would bring back', async () => {
    const manager = api.as('user_manager');
    for (let round = 0; round < ROUNDS; round += 1) {
      const account = await api.createAccount(['user']);
      const act = (verb: string) => manager.post(`/v1/users/${account.id}/${verb}`).send({ reason: 'race' });
      const tokens = await loginsDuring(account, () => act('suspend').expect(200));
      await act('reactivate').expect(200);
      expect(await statusesOf(tokens)).toEqual(tokens.map(() => 401));
    }
  });

  it('a password change leave no session that the old one opened', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const account = await api.createAccount(['user']);
      const client: ApiClient = await api.signIn(account);
      const passwords = {
        currentPassword: account.password,
        newPassword: 'a kettle sings to nine gray geese',
      };
      const tokens = await loginsDuring(account, () =>
        client.put('/v1/auth/password').send(passwords).expect(204),
      );
      expect(await statusesOf(tokens)).toEqual(tokens.map(() => 401));
      await client.get('/v1/auth/me').expect(200);
    }
  });

  it('the end of all sessions leave only sessions opened after it', async () => {
    const account = await api.createAccount(['user']);
    const before = await api.signIn(account);
    await loginsDuring(account, () =>
      api.as('user_manager').delete(`/v1/users/${account.id}/sessions`).expect(204),
    );
    await before.get('/v1/auth/me').expect(401);
  });
});
