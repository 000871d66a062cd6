import { type OperationMetadata } from '#libs/http';
import { type Permission } from '#libs/kernel';
import { ADD_VERSION, UPDATE_DOCUMENT, WITHDRAW_DOCUMENT } from '../documents/documents.operations.js';
import {
  CLAIM_DOCUMENT,
  REJECT_DOCUMENT,
  RELEASE_DOCUMENT,
  REOPEN_DOCUMENT,
  REQUEST_CHANGES,
  REVOKE_DOCUMENT,
  VERIFY_DOCUMENT,
} from '../reviews/reviews.operations.js';
import { actionsOf } from './caller-actions.js';
import { type DocumentState } from './document-state.js';
import { DOCUMENT_ACTIONS, DOCUMENT_STATUSES, type DocumentAction } from './document-status.js';

const NOON = new Date('2026-11-20T12:00:00.000Z');
const LATER = new Date(NOON.getTime() + 1000);

const OPERATIONS: Readonly<Record<Exclude<DocumentAction, 'take_over'>, OperationMetadata>> = {
  claim: CLAIM_DOCUMENT,
  release: RELEASE_DOCUMENT,
  verify: VERIFY_DOCUMENT,
  reject: REJECT_DOCUMENT,
  request_changes: REQUEST_CHANGES,
  withdraw: WITHDRAW_DOCUMENT,
  revoke: REVOKE_DOCUMENT,
  reopen: REOPEN_DOCUMENT,
  add_version: ADD_VERSION,
  edit: UPDATE_DOCUMENT,
};

/** Documents in every status, owned and claimed by different users. */
const STATES = DOCUMENT_STATUSES.flatMap((status) =>
  ['anna', 'ben'].map(
    (user) =>
      ({
        status,
        ownerId: user,
        claim: status === 'in_review' ? { reviewerId: user === 'anna' ? 'ben' : 'anna', until: LATER } : null,
        barredReviewers: [],
      }) as unknown as DocumentState,
  ),
);

/** Everything that a user with these permissions may do with any of the documents. */
function possible(permits: (permission: Permission) => boolean): Set<DocumentAction> {
  return new Set(STATES.flatMap((state) => actionsOf({ id: 'anna', permits }, state, NOON)));
}

describe('the actions of a caller', () => {
  it.each(Object.entries(OPERATIONS))('%s needs the permission of its operation', (action, { access }) => {
    expect(possible((permission) => permission === access)).toContain(action);
    expect(possible((permission) => permission !== access)).not.toContain(action);
  });

  it('include the takeover of a claim only with the permission to reassign', () => {
    const other = { ...STATES[0], status: 'in_review', ownerId: 'cleo' } as DocumentState;
    const claimed = { ...other, claim: { reviewerId: 'ben', until: LATER } };
    const permits = (permission: Permission): boolean => permission === 'review:reassign';
    expect(actionsOf({ id: 'anna', permits }, claimed, NOON)).toEqual(['take_over']);
    expect(actionsOf({ id: 'anna', permits }, claimed, LATER)).toEqual([]);
    expect(actionsOf({ id: 'anna', permits: () => false }, claimed, NOON)).toEqual([]);
  });

  it('are none without a permission, and all of them occur', () => {
    expect([...possible(() => false)]).toEqual([]);
    const withoutTakeover = DOCUMENT_ACTIONS.filter((action) => action !== 'take_over');
    expect([...possible(() => true)].toSorted()).toEqual(withoutTakeover.toSorted());
  });
});
