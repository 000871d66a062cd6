import { Configuration } from '#libs/config';
import { Actor, AuditedExecution, AuditTrail, NotFoundError } from '#libs/kernel';
import { type User, UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { LoginThrottle } from '../throttle/login-throttle.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { type ClientOrigin } from '../sessions/client-origin.js';

/** Lets people make themselves an account with the role `user`, where the operator wants that. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly credentials: CredentialsRepository,
    private readonly passwords: PasswordsService,
    private readonly throttle: LoginThrottle,
    private readonly configuration: Configuration,
    private readonly audit: AuditTrail,
    private readonly audited: AuditedExecution,
  ) {}

  /**
   * Makes the account, or nothing when the address has one; both end alike after the same hash and one committed entry,
   * and are answered at the same moments (`padResponseTime`).
   * Without mail nobody can prove to own an address, so who registers it and then signs in can still find out: that costs a
   * counted, recorded attempt for each guess. Throws `NotFoundError` when switched off.
   */
  async register(
    values: { email: string; displayName: string; password: string },
    origin: ClientOrigin,
  ): Promise<void> {
    if (!this.configuration.accounts.selfRegistration)
      throw new NotFoundError('Self-registration is not enabled on this server');
    await this.throttle.admitAddress(origin.ip);
    const { password, ...account } = values;
    const prepared = await this.passwords.prepare(password, account);
    const known = await this.users.findByEmail(account.email);
    if (known) return this.recordRepetition(known, prepared.hash);
    const user = await this.users.register(account);
    // Somebody registered the same address in this very moment.
    if (!user) return this.audit.suppress();
    this.audit.setActor(Actor.user(user.id, user.roles, null, 'registration'));
    await this.credentials.save(user.id, prepared.hash);
  }

  private async recordRepetition({ id }: User, hash: string): Promise<void> {
    this.audit.suppress();
    await this.audited.run('user.registration_repeated', Actor.anonymous(), async () => {
      this.audit.setTarget({ type: 'user', id, ownerId: id });
      // As many statements as a new account takes, so that little is left for the even time to hide.
      await this.users.lockAuthorityOf(id);
      await this.credentials.lockIfCurrent(id, hash);
    });
  }
}
