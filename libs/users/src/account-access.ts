/** A password that was accepted and hashed, ready to be stored. */
export interface PreparedPassword {
  readonly hash: string;
}

/** An invitation as it is shown, once, to whoever hands it over. */
export interface IssuedInvitation {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: Date;
}

export type SessionEndReason = 'suspended' | 'ended_by_manager' | 'password_changed' | 'invitation_accepted';

/**
 * What the owner of accounts needs from whoever knows how people prove who they are. Declared here so that users need not
 * know auth; auth provides it. All but `preparePassword` write in the running unit of work.
 */
export abstract class AccountAccess {
  /**
   * Checks the password against the policy and hashes it. Slow by intent: call it before the transaction begins.
   * Throws `WeakPasswordError`; throws `UnavailableError` when too many hashes wait already.
   */
  abstract preparePassword(
    password: string,
    owner: { email: string; displayName: string },
  ): Promise<PreparedPassword>;

  /** Stores the password of an account, whether it had one or not. Sessions go on; see `endSessions`. */
  abstract setInitialPassword(userId: string, password: PreparedPassword): Promise<void>;

  /** A new invitation; earlier ones of the user stop working. */
  abstract invite(userId: string): Promise<IssuedInvitation>;

  /** Says that an account has other roles now: the answer waits until no process acts on the old ones. */
  abstract authorityChanged(): void;

  /** Ends every session of the user, at once and in every process. Returns how many were alive. */
  abstract endSessions(userId: string, reason: SessionEndReason): Promise<number>;
}
