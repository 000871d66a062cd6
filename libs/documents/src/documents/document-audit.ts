import { type AuditTarget, type AuditTrail, type JsonObject } from '#libs/kernel';
import { type Decision, type DocumentState, type Transition } from '../domain/document-state.js';

const REDACTED = '[redacted]';

/** Sets the target of the audit entry to the document and its current version, also for refusals. */
export function auditTarget(audit: AuditTrail, state: DocumentState): void {
  audit.setTarget(targetOf(state));
}

export function targetOf({ id, ownerId, version }: DocumentState): AuditTarget {
  return { type: 'document', id, ownerId, version: version.number, sha256: version.sha256 };
}

/** Records what a transition changed and why, and the revision. Personal fields are recorded by name only. */
export function auditTransition(
  audit: AuditTrail,
  before: DocumentState | null,
  { decision, reason, to }: Transition,
): void {
  auditTarget(audit, to);
  const [was, is] = [before ? facts(before) : {}, facts(to)];
  const different = Object.keys(is).filter(
    (name) => name === 'revision' || JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  audit.setChanges(pick(was, different, before), pick(is, different, to));
  if (reason.code !== null) audit.setReason(reason.code);
  if (decision) audit.addDetails({ decision: verdictOf(decision) });
}

/** The decision without its message and note: a leaf of the log can never be deleted. */
function verdictOf({ at, by, id, outcome, reasonCode, reviewRound, ...version }: Decision): JsonObject {
  const { versionNumber, versionSha256 } = version;
  return { id, reviewRound, versionNumber, versionSha256, outcome, by, at: at.toISOString(), reasonCode };
}

/** Fields recorded with their values. Other fields may be personal, so only their names are recorded. */
const OPEN = new Set([
  'status',
  'revision',
  'version',
  'sha256',
  'trailingBytes',
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
    trailingBytes: version.trailingBytes,
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
