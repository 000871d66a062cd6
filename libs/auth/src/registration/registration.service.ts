import { Actor, AuditedExecution, AuditTrail, NotFoundError } from '#libs/kernel';
import { type User, UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { LoginThrottle } from '../throttle/login-throttle.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { type ClientOrigin } from '../sessions/client-origin.js';
import { AuthConfiguration } from '../auth.configuration.js';

/** Self-registration with the role `user`, if the operator enabled it. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly credentials: CredentialsRepository,
    private readonly passwords: PasswordsService,
    private readonly throttle: LoginThrottle,
    private readonly configuration: AuthConfiguration,
    private readonly audit: AuditTrail,
    private readonly audited: AuditedExecution,
  ) {}

  /**
   * Creates the account unless the address has one. Both cases cost one hash and one committed audit entry, and the
   * response time is padded (`PadResponseTimeInterceptor`). Without mail a client can still probe an address by registering and
   * signing in: each guess is a counted, recorded attempt. Throws `NotFoundError` when switched off.
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
    // A concurrent request registered the same address.
    if (!user) return this.audit.suppress();
    this.audit.setActor(Actor.user(user.id, user.roles, null, 'registration'));
    await this.credentials.save(user.id, prepared.hash);
  }

  private async recordRepetition({ id }: User, hash: string): Promise<void> {
    this.audit.suppress();
    await this.audited.run('user.registration_repeated', Actor.anonymous(), async () => {
      this.audit.setTarget({ type: 'user', id, ownerId: id });
      // As many statements as a new account, so that little is left for the padding to hide.
      await this.users.lockAuthorityOf(id);
      await this.credentials.lockIfCurrent(id, hash);
    });
  }
}
