import { Actor } from '#libs/kernel';
import { UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { type AccessClaims } from '../tokens/access-tokens.js';
import { ActorCache } from './actor-cache.js';

/**
 * The current actor of an access token: the session must be valid and the account active; roles are read, not taken
 * from the token.
 */
@Injectable()
export class LiveAuthority {
  constructor(
    private readonly cache: ActorCache,
    private readonly sessions: SessionsRepository,
    private readonly users: UsersService,
  ) {}

  /** Null if the session expired or was revoked, or if the account is not active. */
  async actorOf({ userId, sessionId }: Pick<AccessClaims, 'userId' | 'sessionId'>): Promise<Actor | null> {
    return this.cache.find(sessionId, userId) ?? this.lookUp(userId, sessionId);
  }

  private async lookUp(userId: string, sessionId: string): Promise<Actor | null> {
    const fill = this.cache.beginFill();
    const [expiresAt, authority] = await Promise.all([
      this.sessions.findExpiry(sessionId, userId),
      this.users.authorityOf(userId),
    ]);
    if (expiresAt === null || authority?.status !== 'active') return null;
    const actor = Actor.user(userId, authority.roles, sessionId);
    fill.store(sessionId, actor, expiresAt.getTime());
    return actor;
  }
}
