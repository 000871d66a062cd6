/** Every state a document can be in. `quarantined` and `erased` are reserved: nothing enters them yet. */
export const DOCUMENT_STATUSES = [
  'quarantined',
  'pending',
  'in_review',
  'verified',
  'rejected',
  'changes_requested',
  'expired',
  'revoked',
  'withdrawn',
  'erased',
] as const;
export type DocumentStatus = (typeof DOCUMENT_STATUSES)[number];

/** What people can ask of a document; the clock's doings (`lease_expired`, `expired`) are no requests. */
export const DOCUMENT_ACTIONS = [
  'claim',
  'release',
  'verify',
  'reject',
  'request_changes',
  'withdraw',
  'revoke',
  'reopen',
  'add_version',
  'edit',
] as const;
export type DocumentAction = (typeof DOCUMENT_ACTIONS)[number];

/**
 * The one table of what is possible in which state. Title, type and metadata are what a verdict is about, so they can
 * be edited only while none stands and nobody is looking.
 */
const LEGAL: Readonly<Record<DocumentStatus, readonly DocumentAction[]>> = {
  quarantined: [],
  pending: ['claim', 'verify', 'reject', 'request_changes', 'withdraw', 'add_version', 'edit'],
  in_review: ['claim', 'release', 'verify', 'reject', 'request_changes'],
  verified: ['revoke'],
  rejected: ['reopen'],
  changes_requested: ['add_version', 'withdraw', 'edit'],
  expired: ['add_version'],
  revoked: [],
  withdrawn: [],
  erased: [],
};

/**
 * The actions that the state allows somebody. A lease that has run out hinders nobody: until the clock returns such a
 * document to `pending`, it allows what `pending` allows.
 */
export function legalActions(status: DocumentStatus, leaseLapsed: boolean): DocumentAction[] {
  const allowed = leaseLapsed ? [...LEGAL[status], ...LEGAL.pending] : LEGAL[status];
  return DOCUMENT_ACTIONS.filter((action) => allowed.includes(action));
}
