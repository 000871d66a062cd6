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

/**
 * What clients can request; `take_over` is a claim with `takeOver`. `lease_expired` and `expired` are done by background
 * jobs.
 */
export const DOCUMENT_ACTIONS = [
  'claim',
  'take_over',
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
 * The one table of the actions that each status allows. A decision also applies to title, type and metadata, so they can be
 * edited only while there is no decision and no claim.
 */
const LEGAL: Readonly<Record<DocumentStatus, readonly DocumentAction[]>> = {
  quarantined: [],
  pending: ['claim', 'verify', 'reject', 'request_changes', 'withdraw', 'add_version', 'edit'],
  in_review: ['claim', 'take_over', 'release', 'verify', 'reject', 'request_changes'],
  verified: ['revoke'],
  rejected: ['reopen'],
  changes_requested: ['add_version', 'withdraw', 'edit'],
  expired: ['add_version'],
  revoked: ['reopen'],
  withdrawn: [],
  erased: [],
};

/**
 * The actions that the status allows. A document with an expired lease also allows the actions of `pending`, until the
 * background job returns it to `pending`.
 */
export function legalActions(status: DocumentStatus, leaseLapsed: boolean): DocumentAction[] {
  const allowed = leaseLapsed ? [...LEGAL[status], ...LEGAL.pending] : LEGAL[status];
  return DOCUMENT_ACTIONS.filter((action) => allowed.includes(action));
}
