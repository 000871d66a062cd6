import { newId } from '#libs/kernel';
import { type ApiClient, type TestAccount } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

const NEW_PASSWORD = 'a kettle sings to nine gray geese';

const api = useApi();
const stored = duringTests(() => DatabaseReader.open(api.database));

const login = (email: string, password: string) =>
  api.anonymous.post('/v1/auth/login').send({ email, password });
const accept = (token: string, password: string) =>
  api.anonymous.post('/v1/auth/invitations/accept').send({ token, password });
const me = (client: ApiClient) => client.get('/v1/auth/me');

interface Invitation {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string;
}

async function invite(userId: string): Promise<Invitation> {
  const answer = await api.as('user_manager').post(`/v1/users/${userId}/invitations`).expect(201);
  return answer.body as Invitation;
}

async function userWithoutPassword(): Promise<{ id: string; email: string }> {
  const answer = await api
    .as('user_manager')
    .post('/v1/users')
    .send({ email: `${newId()}@example.com`, displayName: 'Invited', roles: ['user'] })
    .expect(201);
  return answer.body as { id: string; email: string };
}

describe('an invitation', () => {
  it('lets its holder set the password once, and is stored only as a hash', async () => {
    const user = await userWithoutPassword();
    const { id, token, expiresAt } = await invite(user.id);
    expect(token).toMatch(/^vti_[\w-]{43}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    const dump = await stored.query('SELECT * FROM auth.invitations WHERE id = $1', [id]);
    expect(JSON.stringify(dump)).not.toContain(token.slice(4));
    await accept(token, NEW_PASSWORD).expect(204);
    await login(user.email, NEW_PASSWORD).expect(200);
    const again = await accept(token, 'another fine phrase of words').expect(403);
    expect((again.body as { code: string }).code).toBe('INVALID_INVITATION');
    await login(user.email, NEW_PASSWORD).expect(200);
    expect(await stored.entries('user.invitation_accepted', user.id)).toEqual([
      expect.objectContaining({
        outcome: 'succeeded',
        actor_type: 'user',
        actor_id: user.id,
        authenticated_by: 'invitation',
        session_id: null,
      }),
    ]);
  });

  it('works for exactly one of twenty simultaneous uses', async () => {
    const user = await userWithoutPassword();
    const { token } = await invite(user.id);
    const phrases = Array.from({ length: 20 }, (_, n) => `seven slow herons wade at dusk ${n}`);
    const answers = await Promise.all(phrases.map((phrase) => accept(token, phrase)));
    const winners = answers.flatMap(({ status }, n) => (status === 204 ? [n] : []));
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(19);
    await login(user.email, phrases[winners[0] ?? -1] ?? '').expect(200);
  });

  it('is replaced by a later invitation', async () => {
    const user = await userWithoutPassword();
    const [first, second] = [await invite(user.id), await invite(user.id)];
    await accept(first.token, NEW_PASSWORD).expect(403);
    await accept(second.token, NEW_PASSWORD).expect(204);
  });

  it('expires after three days', async () => {
    const user = await userWithoutPassword();
    const { token } = await invite(user.id);
    api.clock.advance(3 * 86_400 + 1);
    await accept(token, NEW_PASSWORD).expect(403);
    api.clock.advance(-3 * 86_400 - 1);
  });

  it('stays valid after a password is refused', async () => {
    const user = await userWithoutPassword();
    const { token } = await invite(user.id);
    const answer = await accept(token, 'passwordpassword').expect(422);
    expect(answer.body).toMatchObject({
      code: 'WEAK_PASSWORD',
      errors: [{ in: 'body', pointer: '/password' }],
    });
    await accept(token, NEW_PASSWORD).expect(204);
  });

  it.each<[string, (client: ApiClient, account: TestAccount) => Promise<unknown>]>([
    [
      'its owner changes the password',
      async (client, { password }) =>
        client
          .put('/v1/auth/password')
          .send({ currentPassword: password, newPassword: 'nine gray geese cross the ford' })
          .expect(204),
    ],
    [
      'all sessions are ended',
      async (_, { id }) => api.as('user_manager').delete(`/v1/users/${id}/sessions`).expect(204),
    ],
    [
      'its owner is suspended and reactivated',
      async (_, { id }) => {
        await api.as('user_manager').post(`/v1/users/${id}/suspend`).send({ reason: 'left' }).expect(200);
        await api.as('user_manager').post(`/v1/users/${id}/reactivate`).send({ reason: 'back' }).expect(200);
      },
    ],
  ])('ends when %s', async (_what, act) => {
    const client = await api.newcomer(['user']);
    const account = client.account as TestAccount;
    const { id, token } = await invite(account.id);
    await act(client, account);
    const answer = await accept(token, NEW_PASSWORD).expect(403);
    expect((answer.body as { code: string }).code).toBe('INVALID_INVITATION');
    expect(await stored.query('SELECT id FROM auth.invitations WHERE id = $1', [id])).toEqual([]);
    expect(await stored.entries('user.invitation_accepted', account.id)).toEqual([]);
  });

  it('does not let a suspended user sign in', async () => {
    const user = await userWithoutPassword();
    const { token } = await invite(user.id);
    await api.as('user_manager').post(`/v1/users/${user.id}/suspend`).send({ reason: 'left' }).expect(200);
    await accept(token, NEW_PASSWORD).expect(403);
    await api.as('user_manager').post(`/v1/users/${user.id}/invitations`).expect(409);
  });

  it('revokes the sessions that an earlier password opened', async () => {
    const client = await api.newcomer(['user']);
    const account = client.account as TestAccount;
    const { token } = await invite(account.id);
    await me(client).expect(200);
    await accept(token, NEW_PASSWORD).expect(204);
    await me(client).expect(401);
    await login(account.email, account.password).expect(401);
  });

  it('cannot be created for oneself or for an unknown user', async () => {
    const manager = api.as('user_manager');
    const answer = await manager.post(`/v1/users/${manager.account?.id ?? ''}/invitations`).expect(403);
    expect((answer.body as { code: string }).code).toBe('OWN_AUTHORITY');
    await manager.post(`/v1/users/${newId()}/invitations`).expect(404);
  });

  it('writes no token to the audit log', async () => {
    const user = await userWithoutPassword();
    const { token } = await invite(user.id);
    const entries = await stored.entries('user.invited', user.id);
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain(token);
  });
});

describe('PUT /v1/auth/password', () => {
  const change = (client: ApiClient, currentPassword: string, newPassword = NEW_PASSWORD) =>
    client.put('/v1/auth/password').send({ currentPassword, newPassword });

  it('changes the password and revokes the other sessions, not this one', async () => {
    const account = await api.createAccount(['user']);
    const [here, elsewhere] = [await api.signIn(account), await api.signIn(account)];
    await change(here, account.password).expect(204);
    await me(here).expect(200);
    await me(elsewhere).expect(401);
    await login(account.email, account.password).expect(401);
    await login(account.email, NEW_PASSWORD).expect(200);
    expect(await stored.entries('user.password_changed', account.id)).toEqual([
      expect.objectContaining({ outcome: 'succeeded', actor_id: account.id, details: { endedSessions: 1 } }),
    ]);
  });

  it('requires the current password, records a wrong one, and slows down guessing', async () => {
    const client = await api.newcomer(['user']);
    for (let n = 0; n < 5; n += 1) {
      const answer = await change(client, 'not the password at all').expect(403);
      expect((answer.body as { code: string }).code).toBe('WRONG_PASSWORD');
    }
    await change(client, client.account?.password ?? '').expect(429);
    const entries = await stored.entries('user.password_changed', client.account?.id);
    expect(entries.filter(({ outcome }) => outcome === 'denied')).toHaveLength(5);
  });

  it('accepts one of two simultaneous changes', async () => {
    const client = await api.newcomer(['user']);
    const { email, password } = client.account as TestAccount;
    const phrases = ['a kettle sings to nine gray geese', 'nine gray geese sing to a kettle'];
    const answers = await Promise.all(phrases.map((phrase) => change(client, password, phrase)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
    const winner = answers.findIndex(({ status }) => status === 204);
    await login(email, phrases[winner] ?? '').expect(200);
  });

  it('refuses a password that is easy to guess from the user’s data', async () => {
    const client = await api.newcomer(['user']);
    const { email, password } = client.account as TestAccount;
    const [name = ''] = email.split('@');
    const answer = await change(client, password, name).expect(422);
    expect(answer.body).toMatchObject({ code: 'WEAK_PASSWORD', errors: [{ pointer: '/newPassword' }] });
    expect(JSON.stringify(answer.body)).not.toContain(name);
  });

  it('refuses the current password as the new one', async () => {
    const client = await api.newcomer(['user']);
    const { password } = client.account as TestAccount;
    const answer = await change(client, password, password).expect(422);
    expect(answer.body).toMatchObject({ code: 'WEAK_PASSWORD', errors: [{ pointer: '/newPassword' }] });
    await me(client).expect(200);
  });
});

describe('POST /v1/auth/register, switched off', () => {
  it('does not exist', async () => {
    const body = { email: `${newId()}@example.com`, displayName: 'New', password: NEW_PASSWORD };
    const answer = await api.anonymous.post('/v1/auth/register').send(body).expect(404);
    expect((answer.body as { code: string }).code).toBe('NOT_FOUND');
  });
});
