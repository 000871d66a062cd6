import { AuthorityCheck, scopeOfRequest } from '#libs/http';
import { ForbiddenError } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { LiveAuthority } from '../authority/live-authority.js';
import { invalidToken } from '../tokens/bearer.js';

@Injectable()
export class LiveAuthorityCheck extends AuthorityCheck {
  constructor(private readonly authority: LiveAuthority) {
    super();
  }

  override async confirm(request: object): Promise<void> {
    const scope = scopeOfRequest(request);
    const { id: userId, sessionId } = scope.actor;
    const actor = userId && sessionId ? await this.authority.actorOf({ userId, sessionId }) : null;
    if (!actor) throw invalidToken();
    const access = scope.operation?.access;
    if (access !== undefined && access !== 'public' && !actor.permits(access)) throw new ForbiddenError();
    scope.actor = actor;
  }
}
