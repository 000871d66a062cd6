import { type Role, ROLES } from '#libs/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { UserAlreadySuspendedError, UserNotSuspendedError } from './user-errors.js';
import { type UserStatus } from './user-status.js';

/** A user account. Its methods keep the row consistent and increase its revision; callers check authority. */
@Entity({ schema: 'users', name: 'users' })
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  /** As the user typed it; unique regardless of case. */
  @Column('text')
  email!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('text', { array: true })
  roles!: Role[];

  @Column('text')
  status!: UserStatus;

  @Column('text', { name: 'suspension_reason', nullable: true })
  suspensionReason!: string | null;

  @Column('integer')
  revision!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  static create(
    values: { id: string; email: string; displayName: string; roles: readonly Role[] },
    at: Date,
  ): User {
    return Object.assign(new User(), {
      ...values,
      roles: inOrder(values.roles),
      status: 'active' as const,
      suspensionReason: null,
      revision: 1,
      createdAt: at,
      updatedAt: at,
    });
  }

  describe(changes: { email?: string; displayName?: string }, at: Date): void {
    if (changes.email !== undefined) this.email = changes.email;
    if (changes.displayName !== undefined) this.displayName = changes.displayName;
    this.touch(at);
  }

  assignRoles(roles: readonly Role[], at: Date): void {
    this.roles = inOrder(roles);
    this.touch(at);
  }

  /** Throws when the user is suspended already. */
  suspend(reason: string, at: Date): void {
    if (this.status === 'suspended') throw new UserAlreadySuspendedError();
    this.status = 'suspended';
    this.suspensionReason = reason;
    this.touch(at);
  }

  /** Throws when the user is not suspended. */
  reactivate(at: Date): void {
    if (this.status !== 'suspended') throw new UserNotSuspendedError();
    this.status = 'active';
    this.suspensionReason = null;
    this.touch(at);
  }

  private touch(at: Date): void {
    this.revision += 1;
    this.updatedAt = at;
  }
}

/** Roles are a set, stored in the order of the role table. */
function inOrder(roles: readonly Role[]): Role[] {
  return ROLES.filter((role) => roles.includes(role));
}
