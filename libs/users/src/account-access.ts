/** A password that was accepted and hashed, ready to be stored. */
export interface PreparedPassword {
  readonly hash: string;
}

/** An invitation with its token, which is shown once to the user manager who delivers it. */
export interface IssuedInvitation {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: Date;
}

export type SessionEndReason = 'suspended' | 'ended_by_manager' | 'password_changed' | 'invitation_accepted';

/**
 * What the users module needs from authentication. Declared here so that users does not depend on auth, which
 * implements it. All methods but `preparePassword` write in the running unit of work.
 */
export abstract class AccountAccess {
  /**
   * Checks the password against the policy and hashes it, which takes about 30 ms: call it before the transaction
   * begins. Throws `WeakPasswordError`, and `UnavailableError` under overload.
   */
  abstract preparePassword(
    password: string,
    owner: { email: string; displayName: string },
  ): Promise<PreparedPassword>;

  /** Inserts or replaces the password of the account. Sessions stay valid; see `endSessions`. */
  abstract setInitialPassword(userId: string, password: PreparedPassword): Promise<void>;

  /** Creates an invitation and invalidates earlier invitations of the user. */
  abstract invite(userId: string): Promise<IssuedInvitation>;

  /** Call after a change of roles: the response waits until no process uses the old roles. */
  abstract authorityChanged(): void;

  /** Revokes all sessions and open invitations of the user. Returns the number of revoked sessions. */
  abstract endSessions(userId: string, reason: SessionEndReason): Promise<number>;
}
