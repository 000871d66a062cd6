import { Actor, AuditTrail } from '#libs/kernel';
import { UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { InvalidInvitationError } from '../auth-errors.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { LoginThrottle } from '../throttle/login-throttle.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { type ClientOrigin } from '../sessions/client-origin.js';
import { AccessEndService } from '../sessions/access-end.service.js';
import { fingerprintOf } from '../tokens/secret-token.js';
import { InvitationsRepository } from '../credentials/invitations.repository.js';

/** Accepts invitations: the holder of the token sets the password of the account, once. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly passwords: PasswordsService,
    private readonly accessEnd: AccessEndService,
    private readonly users: UsersService,
    private readonly throttle: LoginThrottle,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sets the password and revokes all sessions of the user. Throws `InvalidInvitationError` if the token is unknown,
   * expired, used or replaced, or the user is suspended. Throws `WeakPasswordError`; the token then stays valid.
   */
  async accept(token: string, password: string, origin: ClientOrigin): Promise<void> {
    await this.throttle.admitAddress(origin.ip);
    const invitation = await this.invitations.findPending(fingerprintOf(token));
    if (!invitation) throw new InvalidInvitationError();
    const user = await this.users.get(invitation.userId);
    this.audit.setTarget({ type: 'user', id: user.id, ownerId: user.id });
    const prepared = await this.passwords.prepare(password, user);
    const authority = await this.users.lockAuthorityOf(user.id);
    if (authority?.status !== 'active' || !(await this.invitations.use(invitation.id))) {
      throw new InvalidInvitationError();
    }
    this.audit.setActor(Actor.user(user.id, authority.roles, null, 'invitation'));
    await this.credentials.save(user.id, prepared.hash);
    const endedSessions = await this.accessEnd.endAll(user.id, 'invitation_accepted');
    this.audit.addDetails({ invitationId: invitation.id, endedSessions });
  }
}
