import { User } from './user.entity.js';
import { UserAlreadySuspendedError, UserNotSuspendedError } from './user-errors.js';

const MADE = new Date('2026-11-20T09:00:00Z');
const LATER = new Date('2026-11-20T10:00:00Z');
const newUser = () =>
  User.create(
    {
      id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
      email: 'a@example.com',
      displayName: 'A',
      roles: ['admin', 'user'],
    },
    MADE,
  );

describe('User', () => {
  it('starts active, at revision 1, with its roles in the order of the table', () => {
    expect(newUser()).toMatchObject({
      status: 'active',
      revision: 1,
      roles: ['user', 'admin'],
      createdAt: MADE,
    });
  });

  it('counts every change', () => {
    const user = newUser();
    user.describe({ displayName: 'B' }, LATER);
    user.assignRoles(['auditor'], LATER);
    user.suspend('left', LATER);
    user.reactivate(LATER);
    expect(user).toMatchObject({ displayName: 'B', roles: ['auditor'], revision: 5, updatedAt: LATER });
  });

  it('keeps the reason only while suspended', () => {
    const user = newUser();
    user.suspend('left', LATER);
    expect(user).toMatchObject({ status: 'suspended', suspensionReason: 'left' });
    user.reactivate(LATER);
    expect(user).toMatchObject({ status: 'active', suspensionReason: null });
  });

  it('refuses to suspend twice and to reactivate the active', () => {
    const user = newUser();
    expect(() => user.reactivate(LATER)).toThrow(UserNotSuspendedError);
    user.suspend('left', LATER);
    expect(() => user.suspend('again', LATER)).toThrow(UserAlreadySuspendedError);
    expect(user.suspensionReason).toBe('left');
  });
});
