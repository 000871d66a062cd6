import { type Role } from '#libs/kernel';
import { type ApiClient, idOf, type TestAccount } from '../support/api-client.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';

const api = useApi({ people: false });
const stored = duringTests(() => DatabaseReader.open(api.database));

const code = (answer: { body: unknown }) => (answer.body as { code: string }).code;
const assign = (by: ApiClient, id: string, roles: Role[]) =>
  by.put(`/v1/users/${id}/roles`).set('if-match', '*').send({ roles });
const suspend = (by: ApiClient, id: string) => by.post(`/v1/users/${id}/suspend`).send({ reason: 'left' });
const reactivate = (by: ApiClient, id: string) =>
  by.post(`/v1/users/${id}/reactivate`).send({ reason: 'back' });

/** Suspends every active account; only accounts that the test creates afterwards are active. */
async function suspendAllUsers(): Promise<void> {
  await changeRowsWithoutAudit(
    api.database,
    `UPDATE users.users SET status = 'suspended', suspension_reason = 'test' WHERE status = 'active'`,
  );
}

async function activeHolders(role: Role): Promise<number> {
  const rows = await stored.query(
    `SELECT 1 FROM users.users WHERE status = 'active' AND roles @> ARRAY[$1::text]`,
    [role],
  );
  return rows.length;
}

describe('authority', () => {
  it('that is removed or restored applies from the next request with the same token', async () => {
    const manager = await api.newcomer(['user_manager']);
    const auditor = await api.newcomer(['auditor']);
    await auditor.get('/v1/users').expect(200);
    await assign(manager, idOf(auditor), ['user']).expect(200);
    await auditor.get('/v1/users').expect(403);
    await auditor.get('/v1/auth/me').expect(200);
    await assign(manager, idOf(auditor), ['auditor']).expect(200);
    await auditor.get('/v1/users').expect(200);
    expect(await stored.entries('user.roles_changed', idOf(auditor))).toEqual([
      expect.objectContaining({
        changes: { before: { roles: ['auditor'], revision: 1 }, after: { roles: ['user'], revision: 2 } },
      }),
      expect.objectContaining({
        changes: { before: { roles: ['user'], revision: 2 }, after: { roles: ['auditor'], revision: 3 } },
      }),
    ]);
  });

  it('ends at once with suspension; reactivation restores no session', async () => {
    const manager = await api.newcomer(['user_manager']);
    const user = await api.newcomer(['user']);
    await suspend(manager, idOf(user)).expect(200);
    const answer = await user.get('/v1/auth/me').expect(401);
    expect(answer.headers['www-authenticate']).toContain('invalid_token');
    const again = await suspend(manager, idOf(user)).expect(409);
    expect(code(again)).toBe('USER_ALREADY_SUSPENDED');
    await reactivate(manager, idOf(user)).expect(200);
    await user.get('/v1/auth/me').expect(401);
    await (await api.signIn(user.account as TestAccount)).get('/v1/auth/me').expect(200);
    expect(code(await reactivate(manager, idOf(user)).expect(409))).toBe('USER_NOT_SUSPENDED');
    expect((await stored.entries('user.suspended', idOf(user)))[0]).toMatchObject({
      outcome: 'succeeded',
      changes: { before: { status: 'active', revision: 1 }, after: { status: 'suspended', revision: 2 } },
      details: { reason: 'left', endedSessions: 1 },
    });
  });

  it('ends when a manager revokes the sessions, and the account stays active', async () => {
    const manager = await api.newcomer(['user_manager']);
    const account = await api.createAccount(['user']);
    const [one, two] = [await api.signIn(account), await api.signIn(account)];
    await manager.delete(`/v1/users/${account.id}/sessions`).expect(204);
    await one.get('/v1/auth/me').expect(401);
    await two.get('/v1/auth/me').expect(401);
    await (await api.signIn(account)).get('/v1/auth/me').expect(200);
  });

  it('cannot be changed by a user manager for the own account', async () => {
    const [manager] = [await api.newcomer(['user_manager']), await api.newcomer(['user_manager'])];
    const self = idOf(manager);
    for (const attempt of [
      assign(manager, self, ['user_manager', 'admin']),
      assign(manager, self.toUpperCase(), ['admin']),
      suspend(manager, self),
      reactivate(manager, self),
    ]) {
      expect(code(await attempt.expect(403))).toBe('OWN_AUTHORITY');
    }
    const [row] = await stored.query('SELECT roles, revision FROM users.users WHERE id = $1', [self]);
    expect(row).toEqual({ roles: ['user_manager'], revision: 1 });
    const denied = await stored.entries('user.roles_changed', self);
    expect(denied.map(({ outcome, reason_code }) => [outcome, reason_code])).toEqual([
      ['denied', 'OWN_AUTHORITY'],
      ['denied', 'OWN_AUTHORITY'],
    ]);
  });

  it('of an admin does not include accounts', async () => {
    const admin = await api.newcomer(['admin']);
    const user = await api.createAccount(['user']);
    await assign(admin, user.id, ['admin']).expect(403);
    await suspend(admin, user.id).expect(403);
    await admin.post('/v1/users').send({}).expect(403);
  });
});

describe('the last active admin and the last active user manager', () => {
  it('cannot be suspended or demoted', async () => {
    await suspendAllUsers();
    const [manager, admin] = [await api.newcomer(['user_manager']), await api.newcomer(['admin'])];
    for (const attempt of [assign(manager, idOf(admin), ['user']), suspend(manager, idOf(admin))]) {
      const answer = await attempt.expect(409);
      expect(answer.body).toMatchObject({ code: 'LAST_ROLE_HOLDER', role: 'admin' });
    }
    await assign(manager, idOf(admin), ['admin', 'user']).expect(200);
    const second = await api.newcomer(['admin']);
    await suspend(manager, idOf(admin)).expect(200);
    await assign(manager, idOf(second), ['user']).expect(409);
    expect(await activeHolders('admin')).toBe(1);
  });

  it.each<[string, (by: ApiClient, id: string) => ReturnType<typeof suspend>]>([
    ['suspend', suspend],
    ['demote', (by, id) => assign(by, id, ['user'])],
  ])('stay when two managers %s each other at the same time', async (_name, remove) => {
    for (let round = 0; round < 5; round += 1) {
      await suspendAllUsers();
      const [a, b] = [await api.newcomer(['user_manager']), await api.newcomer(['user_manager'])];
      const statuses = (await Promise.all([remove(a, idOf(b)), remove(b, idOf(a))])).map(
        ({ status }) => status,
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(await activeHolders('user_manager')).toBe(1);
    }
  });

  it('stay when several managers remove every admin at the same time', async () => {
    await suspendAllUsers();
    const managers = await Promise.all(Array.from({ length: 4 }, () => api.newcomer(['user_manager'])));
    const admins = await Promise.all(Array.from({ length: 6 }, () => api.createAccount(['admin'])));
    const attempts = admins.flatMap((admin, n) => {
      const [one, other] = [managers[n % 4] as ApiClient, managers[(n + 1) % 4] as ApiClient];
      return [suspend(one, admin.id), assign(other, admin.id, ['user'])];
    });
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.every((status) => [200, 409].includes(status))).toBe(true);
    expect(await activeHolders('admin')).toBe(1);
  });
});
