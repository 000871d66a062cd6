import { type AuditTrail, type JsonObject } from '#libs/kernel';
import { type Decision, type DocumentState, type Transition } from '../domain/document-state.js';

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

/** Fields that are recorded with their values. Others may be personal, so that only their names are recorded. */
const OPEN = new Set([
  'status',
  'revision',
  'version',
  'sha256',
  'reviewRound',
  'reviewerId',
  'claimedUntil',
  'validUntil',
  'barredReviewers',
  'type',
]);

function facts(state: DocumentState): JsonObject {
  const { id: _id, ownerId: _owner, createdAt: _created, updatedAt: _updated, decision: _, ...rest } = state;
  const { version, claim, validUntil, barredReviewers, ...fields } = rest;
  return {
    ...fields,
    metadata: { ...fields.metadata },
    version: version.number,
    sha256: version.sha256,
    reviewerId: claim?.reviewerId ?? null,
    claimedUntil: claim?.until.toISOString() ?? null,
    validUntil: validUntil?.toISOString() ?? null,
    barredReviewers: [...barredReviewers],
  };
}

function pick(all: JsonObject, names: readonly string[], state: DocumentState | null): JsonObject {
  if (!state) return {};
  return Object.fromEntries(names.map((name) => [name, OPEN.has(name) ? (all[name] ?? null) : REDACTED]));
}
