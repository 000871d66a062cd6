import { v7 } from 'uuid';
import { duringTests } from '../support/during-tests.js';
import { entry, RawChanges, type Statement } from '../support/raw-changes.js';

const REFUSED = {
  code: '23000',
  message: expect.stringMatching(/^the audit log has no entry of this transaction/),
};

const raw = duringTests(() => RawChanges.open());

const insertUser = (id: string): Statement => [
  `INSERT INTO users.users (id, email, display_name, roles, status, created_at, updated_at)
   VALUES ($1, $2, 'Somebody', '{user}', 'active', now(), now())`,
  [id, `${id}@example.com`],
];
const about = (action: string, id: string, after: object = {}): Statement =>
  entry(action, id, { type: 'user', after });
const change = (id: string, assignments: string): Statement => [
  `UPDATE users.users SET ${assignments} WHERE id = $1`,
  [id],
];
const NEW = { roles: ['user'], status: 'active' };

async function seedAccount(): Promise<string> {
  const id = v7();
  await raw.together(insertUser(id), about('user.created', id, NEW));
  return id;
}

describe('an account', () => {
  it.each(['user.created', 'user.registered'])('is created only with an entry of %s', async (action) => {
    const id = v7();
    for (const wrong of [
      [],
      [about('user.updated', id, NEW)],
      [about(action, id)],
      [about(action, id, { ...NEW, roles: ['user', 'admin'] })],
      [about(action, id, { ...NEW, status: 'suspended' })],
    ]) {
      await expect(raw.together(insertUser(id), ...wrong)).rejects.toMatchObject(REFUSED);
    }
    await raw.together(insertUser(id), about(action, id, NEW));
  });

  it.each([
    ['roles', `roles = '{user,admin}'`, 'user.roles_changed', { roles: ['user', 'admin'] }],
    ['status', `status = 'suspended', suspension_reason = 'x'`, 'user.suspended', { status: 'suspended' }],
    ['name', `display_name = 'Somebody else'`, 'user.updated', {}],
    ['address', `email = 'attacker-' || id || '@example.com'`, 'user.updated', {}],
  ])('changes its %s only with an entry', async (_, assignment, action, after) => {
    const id = await seedAccount();
    for (const wrong of [[], [about('session.created', id, after)]]) {
      await expect(raw.together(change(id, assignment), ...wrong)).rejects.toMatchObject(REFUSED);
    }
    await raw.together(change(id, assignment), about(action, id, after));
  });

  it('gets only the roles in the entry', async () => {
    const id = await seedAccount();
    for (const said of [['user'], ['admin', 'user'], ['user', 'admin', 'auditor'], 'admin']) {
      const told = about('user.roles_changed', id, { roles: said });
      await expect(raw.together(change(id, `roles = '{user,admin}'`), told)).rejects.toMatchObject(REFUSED);
    }
  });

  it('that is suspended stays suspended', async () => {
    const id = await seedAccount();
    const suspended = about('user.suspended', id, { status: 'suspended' });
    await raw.together(change(id, `status = 'suspended', suspension_reason = 'x'`), suspended);
    const open = change(id, `status = 'active', suspension_reason = NULL`);
    for (const wrong of [[], [about('user.suspended', id, { status: 'active' })]]) {
      await expect(raw.together(open, ...wrong)).rejects.toMatchObject(REFUSED);
    }
    await raw.together(open, about('user.reactivated', id, { status: 'active' }));
  });

  it('needs an entry for each of several changes', async () => {
    const id = await seedAccount();
    const both = change(id, `roles = '{admin}', display_name = 'Boss'`);
    const [renamed, promoted] = [
      about('user.updated', id),
      about('user.roles_changed', id, { roles: ['admin'] }),
    ];
    await expect(raw.together(both, renamed)).rejects.toMatchObject(REFUSED);
    await expect(raw.together(both, promoted)).rejects.toMatchObject(REFUSED);
    await raw.together(both, renamed, promoted);
  });

  it('cannot be deleted and keeps its identity', async () => {
    const [id, other] = [await seedAccount(), v7()];
    await expect(raw.togetherAsOwner(['DELETE FROM users.users WHERE id = $1', [id]])).rejects.toMatchObject(
      REFUSED,
    );
    await expect(
      raw.together(
        change(id, `id = '${other}'`),
        about('user.updated', id),
        about('user.created', other, NEW),
      ),
    ).rejects.toMatchObject(REFUSED);
  });
});
