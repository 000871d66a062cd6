import { type Permission } from '#libs/kernel';
import { type DocumentState } from './document-state.js';
import { DOCUMENT_ACTIONS, type DocumentAction, legalActions } from './document-status.js';

/** The user who acts: the id, and the permissions that the roles of the user have. */
export interface Caller {
  readonly id: string;
  permits(permission: Permission): boolean;
}

interface ActionRule {
  readonly permission: Permission;
  readonly by: 'owner' | 'holder' | 'reviewer' | 'other_reviewer' | 'not_owner';
}

/** Who may request an action: `reviewer` is a user who may decide, `other_reviewer` may end the claim of another user. */
const RULES: Readonly<Record<DocumentAction, ActionRule>> = {
  claim: { permission: 'review:claim', by: 'reviewer' },
  take_over: { permission: 'review:reassign', by: 'other_reviewer' },
  release: { permission: 'review:claim', by: 'holder' },
  verify: { permission: 'review:decide', by: 'reviewer' },
  reject: { permission: 'review:decide', by: 'reviewer' },
  request_changes: { permission: 'review:decide', by: 'reviewer' },
  withdraw: { permission: 'document:withdraw', by: 'owner' },
  revoke: { permission: 'verification:revoke', by: 'not_owner' },
  reopen: { permission: 'review:reopen', by: 'not_owner' },
  add_version: { permission: 'document:edit', by: 'owner' },
  edit: { permission: 'document:edit', by: 'owner' },
};

/** Whether a claim has expired. At `until` it has: any reviewer may then claim or decide. */
export function leaseLapsed({ claim }: DocumentState, at: Date): boolean {
  return claim !== null && claim.until <= at;
}

/** Whether the user has a claim that has not expired. */
export function holdsClaim({ claim }: DocumentState, userId: string, at: Date): boolean {
  return claim !== null && claim.reviewerId === userId && claim.until > at;
}

/** The actions that the document allows and that this caller may do now. */
export function actionsOf(caller: Caller, document: DocumentState, at: Date): DocumentAction[] {
  const { barredReviewers, claim, ownerId, status } = document;
  const lapsed = leaseLapsed(document, at);
  const isOwner = ownerId === caller.id;
  const claimedByAnother = claim !== null && !lapsed && claim.reviewerId !== caller.id;
  const reviews = !isOwner && !barredReviewers.includes(caller.id);
  const fits = {
    owner: isOwner,
    holder: claim?.reviewerId === caller.id,
    reviewer: reviews && !claimedByAnother,
    other_reviewer: reviews && claimedByAnother,
    not_owner: !isOwner,
  };
  const allowed = legalActions(status, lapsed);
  return DOCUMENT_ACTIONS.filter(
    (action) =>
      allowed.includes(action) && fits[RULES[action].by] && caller.permits(RULES[action].permission),
  );
}
