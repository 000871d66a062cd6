import { type RevisionPrecondition } from '#libs/http';
import { type Actor, AuditTrail, Clock, type Role } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { toUserView } from './dto/user.view.js';
import { AccountAccess, type IssuedInvitation } from './account-access.js';
import { LastRoleHolderError, OwnAuthorityError, UserAlreadySuspendedError } from './user-errors.js';
import { type User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** Roles that must keep an active holder: without one no user could grant them again. */
const PROTECTED_ROLES: readonly Role[] = ['admin', 'user_manager'];

/**
 * Changes to the roles and the status of other users, never of the caller. Changes are serialised by a lock, so that
 * the last active admin and the last active user manager always remain.
 */
@Injectable()
export class UserAuthorityService {
  constructor(
    private readonly users: UsersRepository,
    private readonly access: AccountAccess,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `OwnAuthorityError` for the caller's own account, and `LastRoleHolderError`. The roles apply from the
   * user's next request; assigning the same roles is not recorded.
   */
  async assignRoles(
    actor: Actor,
    id: string,
    roles: readonly Role[],
    precondition: RevisionPrecondition | null,
  ): Promise<User> {
    this.refuseOneself(actor, id, 'You cannot change your own roles');
    await this.users.lockAuthorityChanges();
    const user = await this.lock(id);
    precondition?.check(user.revision, () => toUserView(user));
    const { revision, roles: before } = user;
    if (before.length === roles.length && before.every((role) => roles.includes(role))) {
      this.audit.suppress();
      return user;
    }
    if (user.status === 'active') {
      await this.keepHolders(
        user,
        before.filter((role) => !roles.includes(role)),
      );
    }
    user.assignRoles(roles, this.clock.now());
    await this.users.save(user);
    this.access.authorityChanged();
    this.audit.setChanges({ roles: before, revision }, { roles: user.roles, revision: user.revision });
    return user;
  }

  /** Also revokes all sessions; a later reactivation does not restore them. Throws like `assignRoles`. */
  async suspend(actor: Actor, id: string, reason: string): Promise<User> {
    this.refuseOneself(actor, id, 'You cannot suspend yourself');
    await this.users.lockAuthorityChanges();
    const user = await this.lock(id);
    const { revision } = user;
    user.suspend(reason, this.clock.now());
    await this.keepHolders(user, user.roles);
    await this.users.save(user);
    const endedSessions = await this.access.endSessions(id, 'suspended');
    this.audit.setChanges({ status: 'active', revision }, { status: 'suspended', revision: user.revision });
    this.audit.addDetails({ reason, endedSessions });
    return user;
  }

  async reactivate(actor: Actor, id: string, reason: string): Promise<User> {
    this.refuseOneself(actor, id, 'You cannot reactivate yourself');
    await this.users.lockAuthorityChanges();
    const user = await this.lock(id);
    const { revision } = user;
    user.reactivate(this.clock.now());
    await this.users.save(user);
    this.audit.setChanges({ status: 'suspended', revision }, { status: 'active', revision: user.revision });
    this.audit.addDetails({ reason });
    return user;
  }

  /**
   * Invites a new user, or one without a known password. Throws `OwnAuthorityError` and `UserAlreadySuspendedError`.
   */
  async invite(actor: Actor, id: string): Promise<IssuedInvitation> {
    this.refuseOneself(actor, id, 'You cannot invite yourself');
    const user = await this.lock(id);
    if (user.status === 'suspended') throw new UserAlreadySuspendedError();
    const invitation = await this.access.invite(id);
    this.audit.addDetails({ invitationId: invitation.id, expiresAt: invitation.expiresAt.toISOString() });
    return invitation;
  }

  private async lock(id: string): Promise<User> {
    const user = await this.users.getLocked(id);
    this.audit.setTarget({ type: 'user', id: user.id, ownerId: user.id });
    return user;
  }

  private refuseOneself(actor: Actor, id: string, detail: string): void {
    if (actor.id !== id.toLowerCase()) return;
    this.audit.setTarget({ type: 'user', id: actor.id, ownerId: actor.id });
    throw new OwnAuthorityError(detail);
  }

  private async keepHolders(user: User, lost: readonly Role[]): Promise<void> {
    for (const role of PROTECTED_ROLES.filter((candidate) => lost.includes(candidate))) {
      if (!(await this.users.isHeldByAnother(role, user.id))) throw new LastRoleHolderError(role);
    }
  }
}
