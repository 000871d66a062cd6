import { Actor, AuditedExecution, AuditTrail, Clock, newId, type Role } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { InvalidRefreshTokenError } from '../auth-errors.js';
import { AccessTokens } from '../tokens/access-tokens.js';
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
 * Opens, refreshes and revokes sessions. A refresh token works once (RFC 9700, section 4.14.2). A second use revokes
 * the session, even if the client itself repeated the request: it cannot be distinguished from theft.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: RefreshTokensRepository,
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
   * session has ended or its user is suspended. A used token revokes its session, even if this request rolls back.
   */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const fingerprint = fingerprintOf(refreshToken);
    const known = await this.tokens.find(fingerprint);
    if (!known) throw new InvalidRefreshTokenError();
    this.audit.setTarget({ type: 'session', id: known.sessionId, ownerId: known.userId });
    if (known.spent && !known.sessionEnded) await this.revokeReused(known.sessionId, known.userId);
    if (known.spent || known.expired || known.sessionEnded) throw new InvalidRefreshTokenError();
    return this.rotate(fingerprint, known);
  }

  /** Revokes the session of the actor. */
  async logOut(actor: Actor): Promise<void> {
    const sessionId = actor.sessionId;
    if (sessionId === null || actor.id === null) throw new Error('The actor has no session');
    this.audit.setTarget({ type: 'session', id: sessionId, ownerId: actor.id });
    await this.sessions.end(sessionId, 'logged_out');
  }

  /** `known` was read without a lock; the rotation checks it again. */
  private async rotate(fingerprint: Buffer, known: KnownToken): Promise<TokenPair> {
    const { userId, sessionId, sessionCreatedAt, sessionExpiresAt } = known;
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
    const next = newSecretToken('vtr');
    // A concurrent use may win. The check needs a connection, so it runs after this transaction released its own.
    this.uow.afterRollback(() => this.revokeIfReused(fingerprint));
    await this.tokens.rotate(fingerprint, fingerprintOf(next), refreshDeadline(now, end, lifetime));
    return this.pair(userId, sessionId, sessionCreatedAt, next);
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

  private async revokeIfReused(fingerprint: Buffer): Promise<void> {
    const known = await this.tokens.find(fingerprint);
    if (known?.spent && !known.sessionEnded) await this.revokeReused(known.sessionId, known.userId);
  }

  private async revokeReused(sessionId: string, userId: string): Promise<void> {
    await this.audited.run('session.refresh_reused', Actor.anonymous(), async () => {
      this.audit.setTarget({ type: 'session', id: sessionId, ownerId: userId });
      this.audit.setReason('REFRESH_TOKEN_REUSED');
      if (!(await this.sessions.end(sessionId, 'refresh_reused'))) this.audit.suppress();
    });
  }
}
