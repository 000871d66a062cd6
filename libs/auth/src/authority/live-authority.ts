import { Actor } from '#libs/kernel';
import { UsersService } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { type AccessClaims } from '../tokens/access-tokens.js';
import { ActorCache } from './actor-cache.js';

/** Who a token stands for at this moment: its session must live, its account be active, and the roles are those of now. */
@Injectable()
export class LiveAuthority {
  constructor(
    private readonly cache: ActorCache,
    private readonly sessions: SessionsRepository,
    private readonly users: UsersService,
  ) {}

  /** Null for an ended session and for an account that is not active. */
  async actorOf({ userId, sessionId }: AccessClaims): Promise<Actor | null> {
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
