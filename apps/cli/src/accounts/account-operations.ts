import { PasswordHasher, passwordProblem } from '#libs/auth';
import { Actor, AuditedExecution, AuditTrail, type Role } from '#libs/kernel';
import {
  AccountAccess,
  type IssuedInvitation,
  type User,
  UserAuthorityService,
  UsersService,
} from '#libs/users';
import { type INestApplicationContext } from '@nestjs/common';

export interface Person {
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
}

/** Account changes by an operator. Each is one transaction with its audit entry; the actor is the operator. */
export class AccountOperations {
  private readonly users: UsersService;
  private readonly authority: UserAuthorityService;
  private readonly access: AccountAccess;
  private readonly audited: AuditedExecution;

  constructor(private readonly context: INestApplicationContext) {
    this.users = context.get(UsersService, { strict: false });
    this.authority = context.get(UserAuthorityService, { strict: false });
    this.access = context.get(AccountAccess, { strict: false });
    this.audited = context.get(AuditedExecution, { strict: false });
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.users.findByEmail(email);
  }

  /** Throws `EmailTakenError`. The account is usable after its invitation was accepted. */
  async create(person: Person): Promise<User> {
    return this.audited.run('user.created', Actor.operator(), () => this.users.create(person));
  }

  /** Earlier invitations of the account stop working. Throws for a suspended account. */
  async invite(userId: string): Promise<IssuedInvitation> {
    const operator = Actor.operator();
    return this.audited.run('user.invited', operator, () => this.authority.invite(operator, userId));
  }

  /**
   * Sets the password of a demo account and ends its sessions. Does not apply the password policy: the caller decides with
   * `isSimple` whether to accept a weak password.
   */
  async setDemoPassword(user: User, password: string): Promise<void> {
    const hash = await this.context.get(PasswordHasher, { strict: false }).hash(password);
    const audit = this.context.get(AuditTrail, { strict: false });
    await this.audited.run('user.password_changed', Actor.operator(), async () => {
      audit.setTarget({ type: 'user', id: user.id, ownerId: user.id });
      await this.access.setInitialPassword(user.id, { hash });
      audit.addDetails({ endedSessions: await this.access.endSessions(user.id, 'password_changed') });
    });
  }

  /** Whether the password policy refuses the password for this person. */
  static async isSimple(password: string, person: Person): Promise<boolean> {
    return (await passwordProblem(password, person)) !== null;
  }
}
