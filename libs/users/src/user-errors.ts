import { ConflictError, ForbiddenError, type Role, ValidationError } from '#libs/kernel';

export class EmailTakenError extends ConflictError {
  static override readonly code = 'EMAIL_TAKEN';
  static override readonly title = 'The e-mail address belongs to an account';
  static override readonly about =
    'Another account has this e-mail address; upper and lower case make no difference. Use another address, or change that account.';

  constructor() {
    super('Another account has this e-mail address');
  }
}

export class LastRoleHolderError extends ConflictError {
  static override readonly code = 'LAST_ROLE_HOLDER';
  static override readonly title = 'The last active holder of a role stays';
  static override readonly about =
    'The last active admin and the last active user manager can neither be suspended nor lose that role, or nobody could undo it. Give the role to somebody else first. The member role says which one it is.';

  constructor(role: Role) {
    super(`This is the last active user with the role ${role}`, { extensions: { role } });
  }
}

export class UserAlreadySuspendedError extends ConflictError {
  static override readonly code = 'USER_ALREADY_SUSPENDED';
  static override readonly title = 'The user is suspended already';
  static override readonly about =
    'Only an active user can be suspended or invited. Read the user again, or reactivate the user first.';

  constructor() {
    super('The user is suspended');
  }
}

export class UserNotSuspendedError extends ConflictError {
  static override readonly code = 'USER_NOT_SUSPENDED';
  static override readonly title = 'The user is not suspended';
  static override readonly about = 'Only a suspended user can be reactivated. Read the user again.';

  constructor() {
    super('The user is active');
  }
}

export class OwnAuthorityError extends ForbiddenError {
  static override readonly code = 'OWN_AUTHORITY';
  static override readonly title = 'Nobody decides about their own authority';
  static override readonly about =
    'You can neither change your own roles nor suspend, reactivate or invite yourself. Ask another user manager.';

  constructor(detail: string) {
    super(detail);
  }
}

export class WeakPasswordError extends ValidationError {
  static override readonly code = 'WEAK_PASSWORD';
  static override readonly title = 'The password is too easy to guess';
  static override readonly about =
    'Passwords have 15 to 128 characters of any kind, and at least 8 of them are left when common words, your names, sequences and repetitions are taken out.';

  /** `field` names the member of the body that holds the password. */
  constructor(problem: string, field = 'password') {
    super(`The password ${problem}`, { errors: [{ in: 'body', pointer: `/${field}`, detail: problem }] });
  }
}
