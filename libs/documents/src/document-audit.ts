import { type AuditTrail, type JsonObject } from '#libs/kernel';
import { type Decision, type DocumentState, type Transition } from './domain/document-state.js';

const REDACTED = '[redacted]';

/** Names the document, so that even a refusal says which version it was about. */
export function auditTarget(audit: AuditTrail, { id, ownerId, version }: DocumentState): void {
  audit.setTarget({ type: 'document', id, ownerId, version: version.number, sha256: version.sha256 });
}

/** Says what a transition did: the fields that are different, personal ones by name only, and why. */
export function auditTransition(
  audit: AuditTrail,
  before: DocumentState | null,
  { decision, reason, to }: Transition,
): void {
  auditTarget(audit, to);
  const [was, is] = [before ? facts(before) : {}, facts(to)];
  const different = Object.keys(is).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  audit.setChanges(pick(was, different, before), pick(is, different, to));
  if (reason.code !== null) audit.setReason(reason.code);
  if (decision) audit.addDetails({ decision: verdictOf(decision) });
}

/** The decision as whoever replays the log needs it. What it says to people stays out: a leaf is for ever. */
function verdictOf({ at, by, id, outcome, reasonCode, reviewRound, ...version }: Decision): JsonObject {
  const { versionNumber, versionSha256 } = version;
  return { id, reviewRound, versionNumber, versionSha256, outcome, by, at: at.toISOString(), reasonCode };
}

function facts(state: DocumentState): JsonObject {
  return {
    status: state.status,
    revision: state.revision,
    version: state.version.number,
    sha256: state.version.sha256,
    reviewRound: state.reviewRound,
    reviewerId: state.claim?.reviewerId ?? null,
    claimedUntil: state.claim?.until.toISOString() ?? null,
    validUntil: state.validUntil?.toISOString() ?? null,
    barredReviewers: [...state.barredReviewers],
    type: state.type,
    title: state.title,
    metadata: { ...state.metadata },
  };
}

function pick(all: JsonObject, names: readonly string[], state: DocumentState | null): JsonObject {
  if (!state) return {};
  const personal = (name: string): boolean => name === 'title' || name === 'metadata';
  return Object.fromEntries(names.map((name) => [name, personal(name) ? REDACTED : (all[name] ?? null)]));
}
