import { newId } from '#libs/kernel';
import { PADDING_MS } from '../../libs/auth/src/registration/pad-response-time.interceptor.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

const PASSWORD = 'a kettle sings to nine gray geese';

const api = useApi({ environment: { SELF_REGISTRATION: 'true' } });
const stored = duringTests(() => DatabaseReader.open(api.database));

const register = (email: string, password = PASSWORD) =>
  api.anonymous.post('/v1/auth/register').send({ email, displayName: 'New', password });
const login = (email: string, password: string) =>
  api.anonymous.post('/v1/auth/login').send({ email, password });

describe('POST /v1/auth/register', () => {
  it('creates an account with the role user only, whatever the body contains', async () => {
    const email = `${newId()}@example.com`;
    await api.anonymous
      .post('/v1/auth/register')
      .send({ email, displayName: 'New', password: PASSWORD, roles: ['admin'] })
      .expect(422);
    await register(email).expect(202);
    const { body } = await login(email, PASSWORD).expect(200);
    const { accessToken } = body as { accessToken: string };
    const me = await api.anonymous.withToken(accessToken).get('/v1/auth/me').expect(200);
    const { id, roles } = me.body as { id: string; roles: string[] };
    expect(roles).toEqual(['user']);
    expect(await stored.entries('user.registered', id)).toEqual([
      expect.objectContaining({ outcome: 'succeeded', actor_id: id, authenticated_by: 'registration' }),
    ]);
  });

  it('gives the same response for a known address, keeps that account unchanged and records the attempt', async () => {
    const account = await api.createAccount(['verifier']);
    const [known, fresh] = [
      await register(account.email.toUpperCase()),
      await register(`${newId()}@example.com`),
    ];
    const comparable = ({ status, body, headers }: typeof known) => {
      const { date: _date, 'x-request-id': _id, ...rest } = headers as Record<string, string>;
      return { status, body: body as unknown, headers: rest };
    };
    expect(comparable(known)).toEqual(comparable(fresh));
    await login(account.email, PASSWORD).expect(401);
    await login(account.email, account.password).expect(200);
    expect(await stored.entries('user.registration_repeated', account.id)).toHaveLength(1);
    expect(await stored.entries('user.registered', account.id)).toEqual([]);
  });

  it('pads its response time to a multiple of a fixed interval', async () => {
    const account = await api.createAccount(['user']);
    for (const email of [account.email, `${newId()}@example.com`]) {
      const begun = performance.now();
      await register(email).expect(202);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(PADDING_MS);
    }
  });

  it('creates one account from ten simultaneous registrations of an address', async () => {
    const email = `${newId()}@example.com`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(email)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(202));
    const rows = await stored.query<{ id: string }>('SELECT id FROM users.users WHERE email = $1', [email]);
    expect(rows).toHaveLength(1);
    expect(await stored.entries('user.registered', rows[0]?.id)).toHaveLength(1);
  });

  it('refuses a password that is easy to guess, for known and unknown addresses', async () => {
    await register(api.as('user').account?.email ?? '', 'passwordpassword').expect(422);
    await register(`${newId()}@example.com`, 'passwordpassword').expect(422);
  });
});
