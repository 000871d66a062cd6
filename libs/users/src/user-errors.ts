import { ConflictError, ForbiddenError, type Role, ValidationError } from '#libs/kernel';

export class EmailTakenError extends ConflictError {
  static override readonly code = 'EMAIL_TAKEN';
  static override readonly title = 'The e-mail address is already in use';
  static override readonly about =
    'Another account has this e-mail address. Upper and lower case are not distinguished. Use a different address, or change the address of the other account.';

  constructor() {
    super('Another account has this e-mail address');
  }
}

export class LastRoleHolderError extends ConflictError {
  static override readonly code = 'LAST_ROLE_HOLDER';
  static override readonly title = 'The user is the last active holder of a role';
  static override readonly about =
    'The last active admin and the last active user manager can neither be suspended nor lose that role, because no user could undo the change. Give the role to another user first. The member role names the role.';

  constructor(role: Role) {
    super(`This is the last active user with the role ${role}`, { extensions: { role } });
  }
}

export class UserAlreadySuspendedError extends ConflictError {
  static override readonly code = 'USER_ALREADY_SUSPENDED';
  static override readonly title = 'The user is already suspended';
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
  static override readonly title = 'You cannot change your own authority';
  static override readonly about =
    'User managers can neither change their own roles nor suspend, reactivate or invite themselves. Ask another user manager.';

  constructor(detail: string) {
    super(detail);
  }
}

export class WeakPasswordError extends ValidationError {
  static override readonly code = 'WEAK_PASSWORD';
  static override readonly title = 'The password is too easy to guess';
  static override readonly about =
    'A password has 15 to 128 characters of any kind. After common words, your names, sequences and repetitions are removed, at least 8 characters must remain. Choose a longer or less predictable password.';

  /** `field` names the member of the body that holds the password. */
  constructor(problem: string, field = 'password') {
    super(`The password ${problem}`, { errors: [{ in: 'body', pointer: `/${field}`, detail: problem }] });
  }
}
