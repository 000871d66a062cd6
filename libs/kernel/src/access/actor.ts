import { type Permission, type Scope } from './permissions.js';
import { type Role, scopesOf } from './roles.js';

export const ACTOR_TYPES = ['user', 'anonymous', 'system', 'operator'] as const;
/** Who acts: a signed-in user, somebody unknown, the service itself (the clock), or an operator at the command line. */
export type ActorType = (typeof ACTOR_TYPES)[number];

/** Who is asking, with the roles held at this very request. Identity comes from the token, authority never does. */
export class Actor {
  /** How far each permission reaches that was asked for: the roles of an actor do not change. */
  readonly #scopes = new Map<Permission, readonly Scope[]>();

  private constructor(
    readonly type: ActorType,
    readonly id: string | null,
    readonly roles: readonly Role[],
    readonly sessionId: string | null,
    readonly authenticatedBy: string | null,
  ) {}

  /** `sessionId` is null for what a person does before a session: accepting an invitation. */
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

  /** The service acting by itself, named by the job that acts. */
  static system(job: string): Actor {
    return new Actor('system', null, [], null, job);
  }

  /** Somebody with a shell on the server, who is trusted with more than any role. */
  static operator(): Actor {
    return new Actor('operator', null, [], null, 'command line');
  }

  permits(permission: Permission): boolean {
    return this.scopesOf(permission).length > 0;
  }

  /** Whether the permission reaches as far as `scope`; `any` reaches everything. */
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
