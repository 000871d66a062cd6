import { type Keyset, NotFoundError, type Role } from '#libs/kernel';
import { containing, type Aliased, EntityTable, UnitOfWork, violatedConstraint } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { type Authority } from './authority.js';
import { EmailTakenError } from './user-errors.js';
import { type UserStatus } from './user-status.js';
import { User } from './user.entity.js';

export interface UserFilter {
  readonly status?: UserStatus;
  readonly role?: Role;
  /** A part of the e-mail address or of the display name, regardless of case. */
  readonly q?: string;
}

/** The sort key of a page of users. Timestamps are written with millisecond precision. */
export type UserKeyset = Keyset & { readonly createdAt: string; readonly id: string };

/** The key of the advisory lock: the ASCII codes of "user" and "auth". */
const AUTHORITY_LOCK = [0x75736572, 0x61757468] as const;

const USERS = new EntityTable(User);
const readUser = USERS.reader('u');
const SELECT = `SELECT ${USERS.columns('u')} FROM ${USERS.name} u`;

const AUTHORITY = 'SELECT roles, status FROM users.users WHERE id = $1';

type UserRow = Aliased<'u', User>;

interface AuthorityRow {
  readonly roles: Role[];
  readonly status: UserStatus;
}

@Injectable()
export class UsersRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws `EmailTakenError`. The unique index decides, so of two concurrent inserts one fails. */
  async insert(user: User): Promise<void> {
    await refuseTakenEmail(async () => (await this.uow.manager()).insert(User, user));
  }

  /** Inserts unless the e-mail address is taken. Returns whether it did; never fails the transaction. */
  async insertIfAbsent(user: User): Promise<boolean> {
    const { text, values } = USERS.insert(user);
    const manager = await this.uow.manager();
    const rows = await manager.query<unknown[]>(
      `${text} ON CONFLICT ((lower(email))) DO NOTHING RETURNING id`,
      values,
    );
    return rows.length > 0;
  }

  /** Stores the changes to a locked user. Throws `EmailTakenError`. */
  async save(user: User): Promise<void> {
    const { id, createdAt: _createdAt, ...values } = user;
    await refuseTakenEmail(async () => (await this.uow.manager()).update(User, { id }, values));
  }

  /** The user, locked until the end of the transaction. Throws `NotFoundError`. */
  async getLocked(id: string): Promise<User> {
    const [row] = await this.uow.lock<UserRow>(`${SELECT} WHERE id = $1 FOR UPDATE`, [id]);
    if (!row) throw new NotFoundError('There is no such user');
    return userOf(row);
  }

  async get(id: string): Promise<User> {
    const user = await this.find(id);
    if (!user) throw new NotFoundError('There is no such user');
    return user;
  }

  async find(id: string): Promise<User | null> {
    return this.findOne('id = $1', id);
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.findOne('lower(email) = lower($1)', email);
  }

  /** Newest first; returns `limit + 1` rows if there is a next page. */
  async list(filter: UserFilter, after: UserKeyset | null, limit: number): Promise<User[]> {
    const rows = await this.uow.read<UserRow>(
      `${SELECT}
       WHERE ($1::text IS NULL OR status = $1)
         AND ($2::text IS NULL OR roles @> ARRAY[$2])
         AND ($3::text IS NULL OR email ILIKE $3 OR display_name ILIKE $3)
         AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $6`,
      [
        filter.status ?? null,
        filter.role ?? null,
        filter.q === undefined ? null : containing(filter.q),
        after?.createdAt ?? null,
        after?.id ?? null,
        limit + 1,
      ],
    );
    return rows.map(userOf);
  }

  async findAuthority(userId: string): Promise<Authority | null> {
    const [row] = await this.uow.lookUp<AuthorityRow>(AUTHORITY, [userId]);
    return row ? { userId, ...row } : null;
  }

  /** Like `findAuthority`, but locks the row against changes until the transaction ends. */
  async lockAuthority(userId: string): Promise<Authority | null> {
    const [row] = await this.uow.lock<AuthorityRow>(`${AUTHORITY} FOR SHARE`, [userId]);
    return row ? { userId, ...row } : null;
  }

  /**
   * Serialises changes of authority, so that the check of the remaining role holders is reliable. Take this lock
   * first.
   */
  async lockAuthorityChanges(): Promise<void> {
    await (await this.uow.manager()).query('SELECT pg_advisory_xact_lock($1, $2)', [...AUTHORITY_LOCK]);
  }

  /** Whether an active user other than this one holds the role; reliable under `lockAuthorityChanges`. */
  async isHeldByAnother(role: Role, userId: string): Promise<boolean> {
    const rows = await (
      await this.uow.manager()
    ).query<unknown[]>(
      `SELECT 1 FROM users.users WHERE status = 'active' AND roles @> ARRAY[$1::text] AND id <> $2 LIMIT 1`,
      [role, userId],
    );
    return rows.length > 0;
  }

  private async findOne(condition: 'id = $1' | 'lower(email) = lower($1)', value: string) {
    const [row] = await this.uow.read<UserRow>(`${SELECT} WHERE ${condition}`, [value]);
    return row ? userOf(row) : null;
  }
}

function userOf(row: UserRow): User {
  return Object.assign(
    new User(),
    readUser(row, (text) => new Date(text)),
  );
}

async function refuseTakenEmail(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw violatedConstraint(error) === 'uq_users_email' ? new EmailTakenError() : error;
  }
}
