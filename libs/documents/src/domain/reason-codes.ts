import { ValidationError } from '#libs/kernel';
import { type Reason } from './document-state.js';

/** The actions that require a reason. */
export const REASONED_ACTIONS = ['request_changes', 'reject', 'revoke', 'reopen'] as const;
export type ReasonedAction = (typeof REASONED_ACTIONS)[number];

export interface ReasonCode {
  readonly code: string;
  /** `retry`: a new version can correct the problem. `final`: it cannot, so the code cannot request changes. */
  readonly kind: 'retry' | 'final';
  /** The message to the owner: the fact, without advice. The outcome states whether to upload again. */
  readonly message: string;
  readonly actions: readonly ReasonedAction[];
  /** The code alone explains nothing: the request must have a message. */
  readonly messageRequired: boolean;
}

const retry = (code: string, message: string, actions: readonly ReasonedAction[]): ReasonCode => ({
  code,
  kind: 'retry',
  message,
  actions,
  messageRequired: false,
});
const final = (code: string, message: string, actions: readonly ReasonedAction[]): ReasonCode => ({
  ...retry(code, message, actions),
  kind: 'final',
});

/**
 * The closed list. Codes are never renamed or removed. A rejection accepts any reason about the document: a reviewer
 * may reject what a new version could correct. A request for changes accepts no final reason.
 */
export const REASON_CODES: readonly ReasonCode[] = [
  retry('unreadable', 'The document cannot be read.', ['request_changes', 'reject']),
  retry('page_missing', 'A page or a side is missing.', ['request_changes', 'reject']),
  retry('wrong_type', 'This is not the requested type of document.', ['request_changes', 'reject']),
  retry('expired', 'The document has passed its expiry date.', ['request_changes', 'reject', 'revoke']),
  retry('name_mismatch', 'The name on the document differs from the name of the account holder.', [
    'request_changes',
    'reject',
    'revoke',
  ]),
  final('duplicate', 'The same document was already submitted.', ['reject', 'revoke']),
  final('suspected_tampering', 'The document could not be accepted as authentic.', ['reject', 'revoke']),
  final('decided_in_error', 'The earlier decision was a mistake.', ['revoke', 'reopen']),
  final('new_evidence', 'New information became known after the decision.', ['revoke', 'reopen']),
  { ...retry('other', 'See the message.', [...REASONED_ACTIONS]), messageRequired: true },
];

/** The codes that an action accepts. */
export function reasonCodesFor(action: ReasonedAction): string[] {
  return REASON_CODES.filter((reason) => reason.actions.includes(action)).map(({ code }) => code);
}

/** The reason in a request. */
export interface GivenReason {
  readonly reasonCode: string;
  readonly message: string | null;
  readonly note: string | null;
}

/**
 * The reason to store. Without a message in the request, the message of the code is used. Throws `ValidationError` for a
 * code that the action does not accept, and for a code that requires a message if there is none.
 */
export function reasonFor(action: ReasonedAction, { reasonCode, message, note }: GivenReason): Reason {
  const known = REASON_CODES.find(({ code }) => code === reasonCode);
  if (!known?.actions.includes(action)) {
    const detail = `must be one of ${reasonCodesFor(action).join(', ')}`;
    throw new ValidationError('The reason code is not valid for this action', {
      errors: [{ in: 'body', pointer: '/reasonCode', detail }],
    });
  }
  if (known.messageRequired && message === null) {
    throw new ValidationError('The reason code requires a message', {
      errors: [{ in: 'body', pointer: '/message', detail: `is required with the reason code ${reasonCode}` }],
    });
  }
  return { code: reasonCode, message: message ?? known.message, note };
}
