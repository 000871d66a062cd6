import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { leafBytes, leafContent } from '../support/reference-log.js';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const role = (index: number): string[] => (index % 3 === 0 ? ['admin', 'verifier'] : ['verifier']);
const until = '2026-01-05T08:15:00.000Z';

/** The leaves of a document's life, as the product writes them; revisions have one or two digits. */
const STEPS: ReadonlyArray<(index: number) => Record<string, unknown>> = [
  (index) => ({
    action: 'session.created',
    actor: actorOf(role(index)),
    target: { type: 'session', id: v7(), version: null, sha256: null, ownerId: v7() },
    changes: null,
    details: null,
  }),
  (index) => ({
    action: 'document.uploaded',
    actor: actorOf(['user']),
    changes: {
      before: {},
      after: {
        ...{ status: 'pending', revision: 1, version: 1, sha256: hex(32), reviewRound: 1, reviewerId: null },
        ...{ claimedUntil: null, validUntil: null, barredReviewers: [], title: '[redacted]' },
        ...{ type: ['passport', 'invoice', 'diploma'][index % 3], metadata: '[redacted]' },
      },
    },
    details: null,
  }),
  (index) => ({
    action: 'document.content_read',
    actor: actorOf(role(index)),
    changes: null,
    details: index % 2 === 0 ? null : { firstByte: 0, lastByte: (index * 7919) % 3_000_000 },
  }),
  (index) => ({
    action: 'document.claimed',
    actor: actorOf(role(index)),
    changes: {
      before: { status: 'pending', revision: index % 12, reviewerId: null, claimedUntil: null },
      after: { status: 'in_review', revision: 1 + (index % 12), reviewerId: v7(), claimedUntil: until },
    },
    details: null,
  }),
  (index) => {
    const outcome = index % 4 === 0 ? 'rejected' : 'verified';
    const reasonCode = index % 4 === 0 ? ['unreadable', 'expired', 'wrong_type'][index % 3] : null;
    const decision = { id: v7(), reviewRound: 1, versionNumber: 1, versionSha256: hex(32), outcome };
    return {
      action: `document.${outcome}`,
      actor: actorOf(role(index)),
      changes: {
        before: { status: 'in_review', revision: 2, reviewerId: v7(), claimedUntil: until },
        after: { status: outcome, revision: 3, reviewerId: null, claimedUntil: null },
      },
      details: { decision: { ...decision, by: v7(), at: until, reasonCode } },
      reasonCode,
    };
  },
];

function actorOf(roles: string[]): Record<string, unknown> {
  return { type: 'user', id: v7(), roles, authenticatedBy: 'password', sessionId: v7() };
}

/** A leaf of a log of documents that are uploaded, read, claimed and decided; one in a thousand has non-ASCII characters. */
export function journeyLeaf(index: number): Buffer {
  const said = STEPS[index % STEPS.length]?.(Math.floor(index / STEPS.length)) ?? {};
  const details = index % 1000 === 999 ? { details: { reason: 'Zurück – “später”' } } : {};
  return leafBytes(leafContent(index, { ...said, ...details }));
}
