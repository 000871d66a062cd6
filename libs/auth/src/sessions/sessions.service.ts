import { Actor, AuditedExecution, AuditTrail, Clock, newId, type Role } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { InvalidRefreshTokenError } from '../auth-errors.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { RefreshSuccessors } from '../tokens/refresh-successors.js';
import { fingerprintOf, newSecretToken } from '../tokens/secret-token.js';
import { type ClientOrigin } from './client-origin.js';
import { type KnownToken, RefreshTokensRepository } from './refresh-tokens.repository.js';
import { lifetimeFor, refreshDeadline, sessionEnd } from './session-lifetime.js';
import { SessionsRepository } from './sessions.repository.js';
import { AuthConfiguration } from '../auth.configuration.js';

/** The tokens of a session. The server does not store them. */
export interface TokenPair {
  readonly accessToken: string;
  /** Seconds until the access token expires. */
  readonly expiresIn: number;
  readonly refreshToken: string;
}

/**
 * Opens, refreshes and revokes sessions. A refresh token works once (RFC 9700, section 4.14.2). For a client that lost the
 * response or has two tabs, a second use within 10 s returns the same successor, as long as that one is unused. Any other
 * second use revokes the session: it cannot be distinguished from theft.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: RefreshTokensRepository,
    private readonly successors: RefreshSuccessors,
    private readonly accessTokens: AccessTokens,
    private readonly users: UsersService,
    private readonly configuration: AuthConfiguration,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly audited: AuditedExecution,
    private readonly clock: Clock,
  ) {}

  async open(user: { id: string; roles: readonly Role[] }, origin: ClientOrigin): Promise<TokenPair> {
    const sessionId = newId();
    const now = this.clock.now();
    const lifetime = lifetimeFor(user.roles, this.configuration.tokens);
    const expiresAt = sessionEnd(now, lifetime);
    this.audit.setTarget({ type: 'session', id: sessionId, ownerId: user.id });
    this.audit.setActor(Actor.user(user.id, user.roles, sessionId));
    await this.sessions.insert({
      id: sessionId,
      userId: user.id,
      createdAt: now,
      expiresAt,
      ip: origin.ip,
      userAgent: origin.userAgent,
    });
    const refreshToken = newSecretToken('vtr');
    await this.tokens.insert(
      fingerprintOf(refreshToken),
      sessionId,
      refreshDeadline(now, expiresAt, lifetime),
    );
    return this.pair(user.id, sessionId, now, refreshToken);
  }

  /**
   * Exchanges a refresh token for a new pair. Throws `InvalidRefreshTokenError` if it is unknown, expired or used, its
   * session has ended or its user is suspended. Reuse revokes the session, even if this request rolls back.
   */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const fingerprint = fingerprintOf(refreshToken);
    const successor = this.successors.of(refreshToken);
    const known = await this.tokens.lock(fingerprint, fingerprintOf(successor));
    if (!known) throw new InvalidRefreshTokenError();
    const { sessionId, userId } = known;
    this.audit.setTarget({ type: 'session', id: sessionId, ownerId: userId });
    const isReuse = known.spent && !known.repeatable;
    // After the rollback, because it needs a connection of its own.
    if (isReuse && !known.sessionEnded) this.uow.afterRollback(() => this.revokeReused(sessionId, userId));
    if (isReuse || known.expired || known.sessionEnded) throw new InvalidRefreshTokenError();
    const deadline = await this.renew(known);
    if (known.spent) this.audit.setReason('REFRESH_REPEATED');
    else await this.tokens.rotate(fingerprint, fingerprintOf(successor), deadline);
    return this.pair(userId, sessionId, known.sessionCreatedAt, successor);
  }

  /** Revokes the session of the actor. */
  async logOut(actor: Actor): Promise<void> {
    const sessionId = actor.sessionId;
    if (sessionId === null || actor.id === null) throw new Error('The actor has no session');
    this.audit.setTarget({ type: 'session', id: sessionId, ownerId: actor.id });
    await this.sessions.end(sessionId, 'logged_out');
  }

  /** When the next token expires. Throws `InvalidRefreshTokenError` if the user may not continue the session. */
  private async renew({ userId, sessionId, sessionCreatedAt, sessionExpiresAt }: KnownToken): Promise<Date> {
    const authority = await this.users.authorityOf(userId);
    if (authority?.status !== 'active') throw new InvalidRefreshTokenError();
    const now = this.clock.now();
    const lifetime = lifetimeFor(authority.roles, this.configuration.tokens);
    // Roles gained since the login may shorten the session.
    const end = new Date(
      Math.min(sessionExpiresAt.getTime(), sessionEnd(sessionCreatedAt, lifetime).getTime()),
    );
    if (end <= now) throw new InvalidRefreshTokenError();
    this.audit.setActor(Actor.user(userId, authority.roles, sessionId, 'refresh token'));
    return refreshDeadline(now, end, lifetime);
  }

  private async pair(
    userId: string,
    sessionId: string,
    authenticatedAt: Date,
    refreshToken: string,
  ): Promise<TokenPair> {
    const { token, expiresIn } = await this.accessTokens.issue({ userId, sessionId, authenticatedAt });
    return { accessToken: token, expiresIn, refreshToken };
  }

  private async revokeReused(sessionId: string, userId: string): Promise<void> {
    await this.audited.run('session.refresh_reused', Actor.anonymous(), async () => {
      this.audit.setTarget({ type: 'session', id: sessionId, ownerId: userId });
      this.audit.setReason('REFRESH_TOKEN_REUSED');
      if (!(await this.sessions.end(sessionId, 'refresh_reused'))) this.audit.suppress();
    });
  }
}
