/**
 * All actions of the audit log (`noun.past_tense`) with their meaning. The list is closed: an entry with a different action
 * is rejected, which rolls back the change that it describes.
 */
export const AUDIT_ACTIONS = {
  'session.created': 'A user signed in.',
  'session.login_failed': 'A sign-in attempt was refused.',
  'session.refreshed': 'A client exchanged a refresh token for a new access token and a new refresh token.',
  'session.refresh_reused': 'A refresh token was used a second time, so its session was revoked.',
  'session.ended': 'A user signed out.',
  'user.registered': 'A user registered an account.',
  'user.registration_repeated':
    'A client tried to register an e-mail address that already had an account. Nothing was changed.',
  'user.created': 'A user manager, or an operator at the command line, created an account.',
  'user.updated': 'A user manager changed the display name or the e-mail address of an account.',
  'user.roles_changed': 'The roles of an account were changed.',
  'user.suspended': 'A user manager suspended an account. All sessions of the account were revoked.',
  'user.reactivated': 'A user manager reactivated a suspended account.',
  'user.sessions_ended': 'A user manager revoked all sessions of an account.',
  'user.invited': 'A user manager created an invitation to set a password.',
  'user.invitation_accepted': 'A user set a password with an invitation.',
  'user.password_changed':
    'A user changed their password, or an operator set the password of a demo account.',
  'document.uploaded': 'A user uploaded a document with its first version.',
  'document.updated': 'The owner changed the title, the type or the metadata of a document.',
  'document.version_added': 'The owner uploaded a new version of a document.',
  'document.content_read': 'A user requested the bytes of a version, and the server was about to send them.',
  'document.evidence_read':
    'A user requested the evidence about a document, and the server was about to send it.',
  'document.claimed': 'A reviewer claimed a document for review.',
  'document.released': 'A reviewer released a claimed document.',
  'document.lease_expired': 'A claim expired, and the document became pending again.',
  'document.verified': 'A reviewer verified a version of a document.',
  'document.rejected': 'A reviewer rejected a version of a document.',
  'document.changes_requested': 'A reviewer asked the owner for a new version of a document.',
  'document.withdrawn': 'The owner withdrew a document.',
  'document.revoked': 'An admin revoked a verification.',
  'document.reopened': 'An admin reopened a rejected document for a different reviewer.',
  'document.expired': 'The verification of a document expired.',
  'audit.read': 'A user read entries of the audit log.',
  'audit.exported': 'A user started an export of the audit log.',
  'audit.refusals_dropped':
    'Some refused requests could not be recorded in the audit log. They are in the server log only.',
  'audit.log_recovered':
    'An operator resumed sealing after the database and the published checkpoints contradicted each other.',
  'access.denied': 'The server refused a request because the caller was not allowed to make it.',
} as const satisfies Record<string, string>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

export const AUDIT_ACTION_NAMES = Object.keys(AUDIT_ACTIONS) as AuditAction[];

export function isAuditAction(text: string): text is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, text);
}

/** The target types that readers with the scope `accounts` may see. */
export const ACCOUNT_TARGETS = ['user', 'session', 'invitation'] as const;

/** The actions about accounts. Their entries may have no target, for example a sign-in with an unknown address. */
export const ACCOUNT_ACTIONS = AUDIT_ACTION_NAMES.filter((action) => /^(?:session|user)\./.test(action));
