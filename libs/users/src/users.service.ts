import { isInstant, type RevisionPrecondition } from '#libs/http';
import {
  AuditTrail,
  Clock,
  decodeCursor,
  isUuid,
  type Keyset,
  newId,
  type Page,
  type Role,
  toPage,
} from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { AccountAccess } from './account-access.js';
import { type Authority } from './authority.js';
import { toUserView } from './dto/user.view.js';
import { User } from './user.entity.js';
import { type UserFilter, type UserKeyset, UsersRepository } from './users.repository.js';

export interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  /** Without a password the user needs an invitation. */
  readonly password?: string;
}

/** Replaces personal values: the entry shows that a value changed, not the value. */
const REDACTED = '[redacted]';

/**
 * Creates, finds and updates accounts. Every change locks its row. Roles and status are changed by
 * `UserAuthorityService`.
 */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly access: AccountAccess,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `EmailTakenError`, and the errors of `AccountAccess.preparePassword`. */
  async create(values: NewUser): Promise<User> {
    const { password, ...account } = values;
    const prepared = password === undefined ? null : await this.access.preparePassword(password, account);
    const user = User.create({ id: newId(), ...account }, this.clock.now());
    this.setTarget(user);
    await this.users.insert(user);
    if (prepared) await this.access.setInitialPassword(user.id, prepared);
    this.audit.setChanges({}, summaryOf(user));
    return user;
  }

  /**
   * Creates an account by self-registration, with the role `user`. Null if the address is taken; the transaction
   * continues, and the caller must not reveal it.
   */
  async register(values: { email: string; displayName: string }): Promise<User | null> {
    const user = User.create({ id: newId(), ...values, roles: ['user'] }, this.clock.now());
    if (!(await this.users.insertIfAbsent(user))) return null;
    this.setTarget(user);
    this.audit.setChanges({}, summaryOf(user));
    return user;
  }

  async get(id: string): Promise<User> {
    return this.users.get(id);
  }

  /** For sign-in; regardless of case. */
  async findByEmail(email: string): Promise<User | null> {
    return this.users.findByEmail(email);
  }

  async list(filter: UserFilter, page: { limit: number; cursor?: string }): Promise<Page<User>> {
    const after = page.cursor === undefined ? null : decodeCursor(page.cursor, isUserKeyset);
    const rows = await this.users.list(filter, after, page.limit);
    return toPage(rows, page.limit, (last) => ({ createdAt: last.createdAt.toISOString(), id: last.id }));
  }

  /** Current status and roles; null if the user does not exist. One round trip. */
  async authorityOf(userId: string): Promise<Authority | null> {
    return this.users.findAuthority(userId);
  }

  /** Like `authorityOf`, but locks the row until the running transaction ends. */
  async lockAuthorityOf(userId: string): Promise<Authority | null> {
    return this.users.lockAuthority(userId);
  }

  /**
   * Throws `NotFoundError`, `PreconditionFailedError`, `EmailTakenError`. A request that changes nothing is not
   * recorded.
   */
  async update(
    id: string,
    changes: { email?: string; displayName?: string },
    precondition: RevisionPrecondition | null,
  ): Promise<User> {
    const user = await this.lock(id);
    precondition?.check(user.revision, () => toUserView(user));
    const changed = (['email', 'displayName'] as const).filter(
      (field) => changes[field] !== undefined && changes[field] !== user[field],
    );
    if (changed.length === 0) {
      this.audit.suppress();
      return user;
    }
    const { revision } = user;
    user.describe(changes, this.clock.now());
    await this.users.save(user);
    const redacted = Object.fromEntries(changed.map((field) => [field, REDACTED]));
    this.audit.setChanges({ ...redacted, revision }, { ...redacted, revision: user.revision });
    return user;
  }

  async endSessions(id: string): Promise<void> {
    await this.lock(id);
    this.audit.addDetails({ endedSessions: await this.access.endSessions(id, 'ended_by_manager') });
  }

  private async lock(id: string): Promise<User> {
    const user = await this.users.getLocked(id);
    this.setTarget(user);
    return user;
  }

  private setTarget(user: User): void {
    this.audit.setTarget({ type: 'user', id: user.id, ownerId: user.id });
  }
}

function summaryOf({ revision, roles, status }: User) {
  return { email: REDACTED, displayName: REDACTED, roles, status, revision };
}

function isUserKeyset(value: Keyset): value is UserKeyset {
  const { createdAt, id } = value;
  return typeof createdAt === 'string' && isInstant(createdAt) && typeof id === 'string' && isUuid(id);
}
