import { type Actor, AuditTrail } from '#libs/kernel';
import { UsersService, WeakPasswordError } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { WrongPasswordError } from '../auth-errors.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { LoginThrottle } from '../throttle/login-throttle.js';
import { type ClientOrigin } from '../sessions/client-origin.js';
import { AccessEndService } from '../sessions/access-end.service.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordsService } from './passwords.service.js';

/** Changes the password of the caller. */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly users: UsersService,
    private readonly credentials: CredentialsRepository,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordsService,
    private readonly accessEnd: AccessEndService,
    private readonly throttle: LoginThrottle,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Revokes all other sessions and the open invitations of the user. Throws `WrongPasswordError`, throttled like a login, and
   * `WeakPasswordError`. Of two concurrent changes one fails with `WrongPasswordError`.
   */
  async change(
    actor: Actor,
    passwords: { currentPassword: string; newPassword: string },
    origin: ClientOrigin,
  ): Promise<void> {
    if (actor.id === null) throw new Error('The actor has no account, so it has no password');
    const user = await this.users.get(actor.id);
    this.audit.setTarget({ type: 'user', id: user.id, ownerId: user.id });
    const oldHash = await this.confirm(user.id, passwords.currentPassword, origin);
    if (passwords.newPassword === passwords.currentPassword) {
      throw new WeakPasswordError('is the current password: choose a different one', 'newPassword');
    }
    const prepared = await this.passwords.prepare(passwords.newPassword, user, 'newPassword');
    if (!(await this.credentials.replace(user.id, oldHash, prepared.hash, false))) {
      throw new WrongPasswordError();
    }
    const endedSessions = await this.accessEnd.endAll(user.id, 'password_changed', actor.sessionId);
    this.audit.addDetails({ endedSessions });
  }

  private async confirm(userId: string, password: string, { ip }: ClientOrigin): Promise<string> {
    const hash = await this.throttle.attempt(userId, ip, async () => {
      const stored = await this.credentials.findHash(userId);
      return (await this.hasher.verify(stored, password)) ? stored : null;
    });
    if (hash === null) throw new WrongPasswordError();
    return hash;
  }
}
