import { Clock, newId } from '#libs/kernel';
import {
  AccountAccess,
  type IssuedInvitation,
  type PreparedPassword,
  type SessionEndReason,
} from '#libs/users';
import { Injectable } from '@nestjs/common';
import { RevocationFeed } from './revocations/revocation-feed.js';
import { CredentialsRepository } from './credentials/credentials.repository.js';
import { InvitationsRepository } from './credentials/invitations.repository.js';
import { type PasswordOwner } from './passwords/password-policy.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { AccessEndService } from './sessions/access-end.service.js';
import { fingerprintOf, newSecretToken } from './tokens/secret-token.js';
import { AuthConfiguration } from './auth.configuration.js';

/** What the users module needs from auth: passwords, invitations and sessions. Writes in the running unit of work. */
@Injectable()
export class AccountAccessService extends AccountAccess {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly credentials: CredentialsRepository,
    private readonly invitations: InvitationsRepository,
    private readonly accessEnd: AccessEndService,
    private readonly revocations: RevocationFeed,
    private readonly configuration: AuthConfiguration,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async preparePassword(password: string, owner: PasswordOwner): Promise<PreparedPassword> {
    return this.passwords.prepare(password, owner);
  }

  override async setInitialPassword(userId: string, { hash }: PreparedPassword): Promise<void> {
    await this.credentials.save(userId, hash);
  }

  override async invite(userId: string): Promise<IssuedInvitation> {
    const { invitationTtlSeconds } = this.configuration.accounts;
    const token = newSecretToken('vti');
    const id = newId();
    const expiresAt = new Date(this.clock.now().getTime() + invitationTtlSeconds * 1000);
    await this.invitations.removePending(userId);
    await this.invitations.insert({ id, fingerprint: fingerprintOf(token), userId, expiresAt });
    return { id, token, expiresAt };
  }

  override authorityChanged(): void {
    this.revocations.waitForPropagation();
  }

  override async endSessions(userId: string, reason: SessionEndReason): Promise<number> {
    return this.accessEnd.endAll(userId, reason);
  }
}
