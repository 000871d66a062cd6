/**
 * Every action that the log knows, `noun.past_tense`, with what it says. The list is closed: an entry with another
 * action is not written, and so the change that it would have described is not made.
 */
export const AUDIT_ACTIONS = {
  'session.created': 'Somebody signed in.',
  'session.login_failed': 'Somebody tried to sign in and was refused.',
  'session.refreshed': 'A session got a new access token and a new refresh token.',
  'session.refresh_reused': 'A spent refresh token was presented again; its session was ended.',
  'session.ended': 'Somebody signed out.',
  'user.registered': 'Somebody made an account for themselves.',
  'user.registration_repeated':
    'Somebody tried to make an account with an address that has one; nothing changed.',
  'user.created': 'A user manager, or an operator at the command line, made an account.',
  'user.updated': 'The name or the address of an account was changed.',
  'user.roles_changed': 'An account was given other roles.',
  'user.suspended': 'An account was suspended; its sessions ended with it.',
  'user.reactivated': 'A suspended account was opened again.',
  'user.sessions_ended': 'All sessions of an account were ended by somebody else.',
  'user.invited': 'An invitation to set a password was made.',
  'user.invitation_accepted': 'An invitation was used to set a password.',
  'user.password_changed': 'Somebody changed their own password, or an operator set that of a demo account.',
  'document.uploaded': 'A document was uploaded, with its first version.',
  'document.updated': 'The title, the type or the metadata of a document was changed.',
  'document.version_added': 'A new version of the bytes was uploaded.',
  'document.content_read': 'The bytes of a version were asked for and were about to be sent.',
  'document.evidence_read': 'The evidence about a document was asked for and was about to be sent.',
  'document.claimed': 'A reviewer took a document for themselves for a while.',
  'document.released': 'A reviewer gave a claimed document back.',
  'document.lease_expired': 'The time of a claim ran out and the document went back to the queue.',
  'document.verified': 'A reviewer verified one version.',
  'document.rejected': 'A reviewer rejected one version for good.',
  'document.changes_requested': 'A reviewer asked for another version.',
  'document.withdrawn': 'The owner withdrew a document.',
  'document.revoked': 'A verification was revoked.',
  'document.reopened': 'A rejected document was opened for another reviewer.',
  'document.expired': 'The validity of a verified document ended.',
  'audit.read': 'Somebody read entries of this log.',
  'audit.exported': 'Somebody began an export of this log.',
  'audit.refusals_dropped': 'So many requests were refused that some refusals are in the server log only.',
  'audit.log_recovered':
    'An operator let sealing go on after the database and what was published had parted.',
  'access.denied': 'A request was refused before it reached what it asked for.',
} as const satisfies Record<string, string>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

export const AUDIT_ACTION_NAMES = Object.keys(AUDIT_ACTIONS) as AuditAction[];

export function isAuditAction(text: string): text is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, text);
}

/** The kinds of target that belong to accounts, for readers whose scope is `accounts`. */
export const ACCOUNT_TARGETS = ['user', 'session', 'invitation'] as const;

/** The actions about accounts whose entries may have no target: a login with an address that nobody has. */
export const ACCOUNT_ACTIONS = AUDIT_ACTION_NAMES.filter((action) => /^(?:session|user)\./.test(action));
