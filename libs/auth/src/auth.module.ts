import { AuthorityCheck } from '#libs/http';
import { AccountAccess, UsersModule } from '#libs/users';
import { Global, Module } from '@nestjs/common';
import { AccountAccessService } from './account-access.service.js';
import { AuthController } from './auth.controller.js';
import { LiveAuthority } from './authority/live-authority.js';
import { ActorCache } from './authority/actor-cache.js';
import { RevocationFeed } from './revocations/revocation-feed.js';
import { RevocationsRepository } from './revocations/revocations.repository.js';
import { CredentialsRepository } from './credentials/credentials.repository.js';
import { AuthenticationGuard } from './guards/authentication.guard.js';
import { LiveAuthorityCheck } from './guards/live-authority-check.js';
import { PermissionGuard } from './guards/permission.guard.js';
import { InvitationsRepository } from './credentials/invitations.repository.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { LoginAttemptsRepository } from './throttle/login-attempts.repository.js';
import { LoginThrottle } from './throttle/login-throttle.js';
import { LoginService } from './login/login.service.js';
import { AuthMaintenance } from './maintenance/auth-maintenance.js';
import { AuthMaintenanceRepository } from './maintenance/auth-maintenance.repository.js';
import { PruneAuthJob } from './maintenance/prune-auth.job.js';
import { HashingQueue } from './passwords/hashing-queue.js';
import { PasswordChangeService } from './passwords/password-change.service.js';
import { PasswordHashCost } from './passwords/password-hash-cost.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { RegistrationService } from './registration/registration.service.js';
import { RefreshTokensRepository } from './sessions/refresh-tokens.repository.js';
import { AccessEndService } from './sessions/access-end.service.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { AccessTokenStrategy } from './tokens/access-token.strategy.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { JwksController } from './tokens/jwks.controller.js';
import { RefreshSuccessors } from './tokens/refresh-successors.js';
import { KeyRing } from './tokens/key-ring.js';
import { VerifiedTokenCache } from './tokens/verified-token-cache.js';
import { AuthConfiguration } from './auth.configuration.js';

/** Authentication and sessions. Global, because it implements `AccountAccess`, which the users module injects. */
@Global()
@Module({
  imports: [UsersModule],
  controllers: [AuthController, JwksController],
  providers: [
    AccessEndService,
    {
      provide: KeyRing,
      inject: [AuthConfiguration],
      useFactory: (configuration: AuthConfiguration) => KeyRing.of(configuration),
    },
    { provide: AccountAccess, useClass: AccountAccessService },
    { provide: AuthorityCheck, useClass: LiveAuthorityCheck },
    AccessTokens,
    AccessTokenStrategy,
    AuthenticationGuard,
    AuthMaintenance,
    AuthMaintenanceRepository,
    CredentialsRepository,
    HashingQueue,
    InvitationsRepository,
    InvitationsService,
    LiveAuthority,
    LoginAttemptsRepository,
    LoginService,
    LoginThrottle,
    PasswordChangeService,
    PasswordHashCost,
    PasswordHasher,
    PasswordsService,
    PermissionGuard,
    PruneAuthJob,
    RefreshSuccessors,
    RefreshTokensRepository,
    RegistrationService,
    ActorCache,
    VerifiedTokenCache,
    RevocationFeed,
    RevocationsRepository,
    SessionsRepository,
    SessionsService,
  ],
  exports: [AccountAccess, AuthorityCheck, AuthenticationGuard, PermissionGuard],
})
export class AuthModule {}
