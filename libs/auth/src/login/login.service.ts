import { AppError, AuditTrail, UnitOfWork } from '#libs/kernel';
import { type User, UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { InvalidCredentialsError } from '../auth-errors.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { type ClientOrigin } from '../sessions/client-origin.js';
import { SessionsService, type TokenPair } from '../sessions/sessions.service.js';
import { type AdmittedAttempt, accountKey, LoginThrottle } from './login-throttle.js';

/** Nobody has this id: looking up the hash of an unknown account takes the same way as that of a known one. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Signs in with e-mail address and password. Unknown account, wrong password, suspended user and account without a password
 * get the same answer after the same work.
 */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: UsersService,
    private readonly credentials: CredentialsRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly sessions: SessionsService,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws `InvalidCredentialsError`, `LoginThrottledError`, and `UnavailableError` when too many sign in at once. */
  async login(email: string, password: string, origin: ClientOrigin): Promise<TokenPair> {
    // Who was meant is kept for those who read the log; an address that nobody has is kept only as its hash.
    this.audit.with({ account: accountKey(email) });
    const attempt = await this.throttle.admit(email, origin.ip);
    const { user, hash } = await this.check(attempt, email, password);
    // From here on the transaction is open: what was checked above must still be so when the session is made.
    const authority = await this.users.holdAuthorityOf(user.id);
    if (authority?.status !== 'active' || !(await this.credentials.hold(user.id, hash))) {
      throw new InvalidCredentialsError();
    }
    const tokens = await this.sessions.open({ id: user.id, roles: authority.roles }, origin);
    this.uow.afterCommit(() => attempt.succeeded());
    if (this.hasher.isOutdated(hash)) this.uow.afterCommit(() => this.rehash(user.id, hash, password));
    return tokens;
  }

  private async check(
    attempt: AdmittedAttempt,
    email: string,
    password: string,
  ): Promise<{ user: User; hash: string }> {
    try {
      const user = await this.users.findByEmail(email);
      const hash = await this.credentials.findHash(user?.id ?? NOBODY);
      const matches = await this.hasher.verify(hash, password);
      if (user) this.audit.about({ type: 'user', id: user.id, ownerId: user.id });
      if (!user || hash === null || !matches || user.status !== 'active') throw new InvalidCredentialsError();
      return { user, hash };
    } catch (error) {
      if (!(error instanceof InvalidCredentialsError)) await this.giveBack(attempt, error);
      throw error;
    }
  }

  /** A failure of ours is no failed login; when even this cannot be stored, the first failure is the one to report. */
  private async giveBack(attempt: AdmittedAttempt, reason: unknown): Promise<void> {
    await attempt.cancelled().catch((error: unknown) => {
      if (reason instanceof AppError) throw error;
    });
  }

  private async rehash(userId: string, oldHash: string, password: string): Promise<void> {
    const newHash = await this.hasher.hash(password);
    await this.uow.isolate(() => this.credentials.replace(userId, oldHash, newHash, true));
  }
}
