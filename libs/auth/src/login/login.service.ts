import { AuditTrail } from '#libs/kernel';
import { type Count, Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/postgres';
import { UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { InvalidCredentialsError, LoginThrottledError } from '../auth-errors.js';
import { CredentialsRepository } from '../credentials/credentials.repository.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { type ClientOrigin } from '../sessions/client-origin.js';
import { SessionsService, type TokenPair } from '../sessions/sessions.service.js';
import { accountKey, LoginThrottle } from '../throttle/login-throttle.js';

/** An id without a user: the lookup of an unknown account then runs the same query as that of a known one. */
const UNKNOWN_USER_ID = '00000000-0000-0000-0000-000000000000';

interface Authenticated {
  readonly userId: string;
  readonly hash: string;
}

/**
 * Signs in with e-mail address and password. An unknown account, a wrong password, a suspended user and an account
 * without a password get the same response after the same work.
 */
@Injectable()
export class LoginService {
  private readonly counts: Readonly<Record<'succeeded' | 'refused' | 'throttled', Count>>;

  constructor(
    private readonly users: UsersService,
    private readonly credentials: CredentialsRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly sessions: SessionsService,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
    metrics: Metrics,
  ) {
    const logins = metrics.counter({
      name: 'veritrail_logins_total',
      help: 'Sign-in attempts with a password, by outcome.',
      labels: ['outcome'],
    });
    this.counts = {
      succeeded: logins.of({ outcome: 'succeeded' }),
      refused: logins.of({ outcome: 'refused' }),
      throttled: logins.of({ outcome: 'throttled' }),
    };
  }

  /** Throws `InvalidCredentialsError`, `LoginThrottledError`, and `UnavailableError` if too many logins run at once. */
  async login(email: string, password: string, origin: ClientOrigin): Promise<TokenPair> {
    const { userId, hash } = await this.authenticate(email, password, origin);
    // The transaction begins here. What was checked above is checked again under a lock.
    const authority = await this.users.lockAuthorityOf(userId);
    if (authority?.status !== 'active' || !(await this.credentials.lockIfCurrent(userId, hash))) {
      this.counts.refused.add();
      throw new InvalidCredentialsError();
    }
    const tokens = await this.sessions.open({ id: userId, roles: authority.roles }, origin);
    this.uow.afterCommit(() => this.counts.succeeded.add());
    if (this.hasher.isOutdated(hash)) this.uow.afterCommit(() => this.rehash(userId, hash, password));
    return tokens;
  }

  private async authenticate(email: string, password: string, { ip }: ClientOrigin): Promise<Authenticated> {
    try {
      const found = await this.throttle.attempt(email, ip, () => this.check(email, password));
      if (found) return found;
    } catch (error) {
      if (error instanceof LoginThrottledError) {
        this.counts.throttled.add();
        this.audit.addDetails({ account: accountKey(email) });
      }
      throw error;
    }
    this.counts.refused.add();
    throw new InvalidCredentialsError();
  }

  /** The audit entry names an existing account by its id and an unknown address only by its hash. */
  private async check(email: string, password: string): Promise<Authenticated | null> {
    const user = await this.users.findByEmail(email);
    const hash = await this.credentials.findHash(user?.id ?? UNKNOWN_USER_ID);
    const matches = await this.hasher.verify(hash, password);
    if (user) this.audit.setTarget({ type: 'user', id: user.id, ownerId: user.id });
    else this.audit.addDetails({ account: accountKey(email) });
    return user?.status === 'active' && hash !== null && matches ? { userId: user.id, hash } : null;
  }

  private async rehash(userId: string, oldHash: string, password: string): Promise<void> {
    const newHash = await this.hasher.hash(password);
    await this.uow.transact(() => this.credentials.replace(userId, oldHash, newHash, true), {
      separate: true,
    });
  }
}
