import { type Permission, type Scope } from './permissions.js';
import { type Role, scopesOf } from './roles.js';

export const ACTOR_TYPES = ['user', 'anonymous', 'system', 'operator'] as const;
/** Who acts: a signed-in user, an anonymous client, the service itself (a job), or an operator at the command line. */
export type ActorType = (typeof ACTOR_TYPES)[number];

/** The actor of a request with its current roles. The access token proves the identity only. */
export class Actor {
  /** Scopes per permission, computed on first use: the roles of an actor do not change. */
  readonly #scopes = new Map<Permission, readonly Scope[]>();

  private constructor(
    readonly type: ActorType,
    readonly id: string | null,
    readonly roles: readonly Role[],
    readonly sessionId: string | null,
    readonly authenticatedBy: string | null,
  ) {}

  /** `sessionId` is null before a session exists, for example when accepting an invitation. */
  static user(
    id: string,
    roles: readonly Role[],
    sessionId: string | null,
    authenticatedBy = 'password',
  ): Actor {
    return new Actor('user', id, Object.freeze([...roles]), sessionId, authenticatedBy);
  }

  static anonymous(): Actor {
    return new Actor('anonymous', null, [], null, null);
  }

  /** The service itself, named by its job. */
  static system(job: string): Actor {
    return new Actor('system', null, [], null, job);
  }

  /** An operator with a shell on the server, who is trusted more than any role. */
  static operator(): Actor {
    return new Actor('operator', null, [], null, 'command line');
  }

  permits(permission: Permission): boolean {
    return this.scopesOf(permission).length > 0;
  }

  /** Whether the permission covers `scope`; `any` covers all scopes. */
  reaches(permission: Permission, scope: Scope): boolean {
    const scopes = this.scopesOf(permission);
    return scopes.includes('any') || scopes.includes(scope);
  }

  private scopesOf(permission: Permission): readonly Scope[] {
    let scopes = this.#scopes.get(permission);
    if (!scopes) this.#scopes.set(permission, (scopes = scopesOf(this.roles, permission)));
    return scopes;
  }
}
