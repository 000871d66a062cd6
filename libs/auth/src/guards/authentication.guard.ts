import { type Access, ACCESS, OPERATION, type OperationMetadata, scopeOfRequest } from '#libs/http';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { LiveAuthority } from '../authority/live-authority.js';
import { ACCESS_TOKEN_STRATEGY } from '../tokens/access-token.strategy.js';
import { type AccessClaims } from '../tokens/access-tokens.js';
import { authenticationRequired, bearerToken, invalidToken } from '../tokens/bearer.js';
import { VerifiedTokenCache } from '../tokens/verified-token-cache.js';

interface Carrier {
  readonly headers: { readonly authorization?: string };
  user?: AccessClaims;
}

/**
 * Authenticates every route that is not public. The token proves the identity only; session, account status and roles
 * are looked up, so a revoked session or a changed role takes effect with the next request.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  constructor(
    private readonly reflector: Reflector,
    private readonly cache: VerifiedTokenCache,
    private readonly authority: LiveAuthority,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const request = context.switchToHttp().getRequest<Carrier>();
    const scope = scopeOfRequest(request);
    scope.operation =
      this.reflector.getAllAndOverride<OperationMetadata | undefined>(OPERATION, targets) ?? null;
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
    if (access?.kind === 'public') return true;
    const claims = await this.verify(context, request);
    const actor = await this.authority.actorOf(claims);
    if (!actor) throw invalidToken();
    scope.actor = actor;
    return true;
  }

  override handleRequest<T>(error: Error | null, claims: T | false | undefined, cause: unknown): T {
    if (error) throw error;
    if (!claims) throw invalidToken(cause);
    return claims;
  }

  private async verify(context: ExecutionContext, request: Carrier): Promise<AccessClaims> {
    const token = bearerToken(request.headers.authorization);
    if (token === null) throw authenticationRequired();
    const known = this.cache.find(token);
    if (known) return known;
    await super.canActivate(context);
    if (!request.user) throw invalidToken();
    this.cache.store(token, request.user);
    return request.user;
  }
}
