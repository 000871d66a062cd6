import { type AppError } from '#libs/kernel';
import { Document, type NewVersion, type ReasonedVerdict } from './document.js';

const OWNER = 'owner';
const ANNA = 'anna';
const BEN = 'ben';
const NOON = new Date('2026-11-20T12:00:00.000Z');
const later = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000);

const bytes = (letter: string): NewVersion => ({
  sha256: letter.repeat(64),
  size: 3,
  trailingBytes: 0,
  mediaType: 'application/pdf',
  fileName: 'passport.pdf',
  storageKey: `key-${letter}`,
});
const V1 = {
  namesRevision: true,
  delivered: null,
  versionSha256: bytes('a').sha256,
  message: null,
  note: null,
};
const because = (reasonCode: string, rest: Partial<ReasonedVerdict> = {}): ReasonedVerdict => ({
  ...V1,
  reasonCode,
  ...rest,
});

function uploaded(): Document {
  const description = { title: 'Passport', type: 'passport', metadata: {} };
  return Document.restore(Document.upload('doc', OWNER, NOON, description, bytes('a')).to);
}

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('Nothing was refused');
}

describe('reviewing', () => {
  it('verifies an unclaimed document in one call', () => {
    const document = uploaded();
    const transition = document.verify(ANNA, later(1), V1, later(60));
    expect(transition).toMatchObject({ action: 'verified', from: 'pending', by: ANNA });
    expect(document.state).toMatchObject({
      status: 'verified',
      revision: 2,
      claim: null,
      validUntil: later(60),
    });
    expect(transition.decision).toMatchObject({
      outcome: 'verified',
      versionSha256: V1.versionSha256,
      by: ANNA,
    });
    expect(document.state.decision).toEqual(transition.decision);
  });

  it('refuses a second decision, with the status and the legal actions', () => {
    const document = uploaded();
    document.verify(ANNA, NOON, V1);
    const before = document.state;
    const error = refusal(() => document.reject(BEN, NOON, because('duplicate')));
    expect(error).toMatchObject({ code: 'DOCUMENT_ALREADY_DECIDED', status: 409 });
    expect(error.options.extensions).toEqual({ currentStatus: 'verified', legalActions: ['revoke'] });
    expect(document.state).toBe(before);
  });

  it('refuses the owner as reviewer', () => {
    const document = uploaded();
    const verbs = [
      () => document.claim(OWNER, NOON, later(60)),
      () => document.verify(OWNER, NOON, V1),
      () => document.reject(OWNER, NOON, because('duplicate')),
      () => document.requestChanges(OWNER, NOON, because('unreadable')),
      () => document.revoke(OWNER, NOON, because('duplicate')),
      () => document.reopen(OWNER, NOON, because('new_evidence')),
    ];
    for (const verb of verbs) expect(refusal(verb)).toMatchObject({ code: 'OWN_DOCUMENT', status: 403 });
  });

  it('refuses a decision about a version that is no longer current', () => {
    const document = uploaded();
    document.addVersion(OWNER, NOON, bytes('b'));
    const error = refusal(() => document.verify(ANNA, NOON, V1));
    expect(error).toMatchObject({ code: 'DOCUMENT_VERSION_CHANGED', status: 409 });
    expect(error.options.extensions).toMatchObject({ currentVersionSha256: bytes('b').sha256 });
  });

  it('refuses a verification whose end is not in the future', () => {
    const error = refusal(() => uploaded().verify(ANNA, NOON, V1, NOON));
    expect(error).toMatchObject({ status: 422, options: { errors: [{ pointer: '/validUntil' }] } });
  });
});

describe("a decision without the reviewer's own claim", () => {
  const UNSEEN = { ...V1, namesRevision: false };

  it('needs the revision that the reviewer saw', () => {
    const verbs: Array<(document: Document) => unknown> = [
      (document) => document.verify(ANNA, NOON, UNSEEN),
      (document) => document.reject(ANNA, NOON, { ...UNSEEN, reasonCode: 'duplicate' }),
      (document) => document.requestChanges(ANNA, NOON, { ...UNSEEN, reasonCode: 'unreadable' }),
    ];
    for (const verb of verbs) {
      expect(refusal(() => verb(uploaded()))).toMatchObject({ code: 'PRECONDITION_REQUIRED', status: 428 });
    }
  });

  it('is possible again with a claim, until that has expired', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    expect(refusal(() => document.verify(ANNA, later(60), UNSEEN)).status).toBe(428);
    expect(document.verify(ANNA, later(59), UNSEEN).decision).not.toBeNull();
  });

  it('is refused for other reasons first', () => {
    const document = uploaded();
    expect(refusal(() => document.verify(OWNER, NOON, UNSEEN)).code).toBe('OWN_DOCUMENT');
    document.claim(BEN, NOON, later(60));
    expect(refusal(() => document.verify(ANNA, NOON, UNSEEN)).code).toBe('DOCUMENT_CLAIMED_BY_ANOTHER');
  });
});

describe('a decision about bytes that were not delivered to the reviewer', () => {
  it('is refused, and offers everything but decisions', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    const unread = { ...V1, delivered: [bytes('b').sha256] };
    const verbs = [
      () => document.verify(ANNA, NOON, unread),
      () => document.reject(ANNA, NOON, { ...unread, reasonCode: 'duplicate' }),
      () => document.requestChanges(ANNA, NOON, { ...unread, reasonCode: 'unreadable' }),
    ];
    for (const verb of verbs) {
      expect(refusal(verb)).toMatchObject({
        code: 'CONTENT_NOT_READ',
        status: 409,
        options: {
          extensions: { legalActions: ['claim', 'release'], currentVersionSha256: bytes('a').sha256 },
        },
      });
    }
    expect(document.verify(ANNA, NOON, { ...V1, delivered: [bytes('a').sha256] }).decision).not.toBeNull();
  });
});

describe('the legal actions in a refusal', () => {
  const actions = (work: () => unknown): unknown => refusal(work).options.extensions?.['legalActions'];

  it("do not offer what another reviewer's claim prevents", () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    expect(actions(() => document.claim(BEN, NOON, later(60)))).toEqual(['take_over']);
    const verifier = Document.restore(document.state, (permission) => permission !== 'review:reassign');
    expect(actions(() => verifier.claim(BEN, NOON, later(60)))).toEqual([]);
    expect(actions(() => document.withdraw(OWNER, NOON))).toEqual([]);
    expect(actions(() => document.release(BEN, later(60)))).toEqual([
      'claim',
      'verify',
      'reject',
      'request_changes',
    ]);
  });

  it('are those of the owner, of a reviewer or of a barred reviewer', () => {
    const document = uploaded();
    expect(actions(() => document.claim(OWNER, NOON, later(60)))).toEqual([
      'withdraw',
      'add_version',
      'edit',
    ]);
    expect(actions(() => document.withdraw(ANNA, NOON))).toEqual([
      'claim',
      'verify',
      'reject',
      'request_changes',
    ]);
    document.reject(ANNA, NOON, because('duplicate'));
    document.reopen(BEN, NOON, because('new_evidence'));
    expect(actions(() => document.claim(ANNA, NOON, later(60)))).toEqual([]);
  });

  it('are limited to what the roles of the caller permit', () => {
    const document = uploaded();
    document.verify(ANNA, NOON, V1);
    const verifier = Document.restore(document.state, (permission) => permission.startsWith('review:'));
    expect(actions(() => verifier.claim(BEN, NOON, later(60)))).toEqual([]);
    expect(actions(() => document.claim(BEN, NOON, later(60)))).toEqual(['revoke']);
  });
});

describe('a claim', () => {
  it('stops other reviewers from deciding until it expires', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    const error = refusal(() => document.verify(BEN, later(59.999), V1));
    expect(error).toMatchObject({ code: 'DOCUMENT_CLAIMED_BY_ANOTHER', status: 409 });
    expect(error.options.extensions).toMatchObject({
      currentStatus: 'in_review',
      claimedUntil: later(60).toISOString(),
    });
    expect(document.verify(BEN, later(60), V1)).toMatchObject({ from: 'in_review', by: BEN });
  });

  it('is renewed by its holder and refused to others', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    document.claim(ANNA, later(30), later(90));
    expect(document.state).toMatchObject({ claim: { reviewerId: ANNA, until: later(90) }, revision: 2 });
    expect(refusal(() => document.claim(BEN, later(89), later(200))).code).toBe(
      'DOCUMENT_CLAIMED_BY_ANOTHER',
    );
    expect(document.claim(BEN, later(90), later(200)).to).toMatchObject({
      claim: { reviewerId: BEN },
      revision: 3,
    });
  });

  it('is taken over only with the permission to reassign', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    expect(refusal(() => document.claim(BEN, NOON, later(60), { allowed: false })).status).toBe(403);
    document.claim(BEN, NOON, later(60), { allowed: true });
    expect(refusal(() => document.verify(ANNA, NOON, V1)).code).toBe('DOCUMENT_CLAIMED_BY_ANOTHER');
  });

  it('is released only by its holder', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    expect(refusal(() => document.release(BEN, later(61))).code).toBe('DOCUMENT_CLAIMED_BY_ANOTHER');
    expect(document.release(ANNA, later(61)).to).toMatchObject({ status: 'pending', claim: null });
    expect(refusal(() => document.release(ANNA, later(62))).code).toBe('ILLEGAL_TRANSITION');
  });

  it('is ended by the background job only after it has expired', () => {
    const document = uploaded();
    expect(document.expireLease(NOON)).toBeNull();
    document.claim(ANNA, NOON, later(60));
    expect(document.expireLease(later(59))).toBeNull();
    expect(document.expireLease(later(60))).toMatchObject({ action: 'lease_expired', by: null });
    expect(document.state).toMatchObject({ status: 'pending', claim: null });
  });

  it('blocks the owner only until it expires', () => {
    const document = uploaded();
    document.claim(ANNA, NOON, later(60));
    expect(refusal(() => document.withdraw(OWNER, later(59))).code).toBe('ILLEGAL_TRANSITION');
    expect(document.withdraw(OWNER, later(60)).to).toMatchObject({ status: 'withdrawn', claim: null });
  });
});

describe('after a decision', () => {
  it('reopens a rejection for a different reviewer', () => {
    const document = uploaded();
    document.reject(ANNA, NOON, because('duplicate'));
    const transition = document.reopen(
      BEN,
      NOON,
      because('decided_in_error', { note: 'looked at the wrong file' }),
    );
    expect(transition.to).toMatchObject({
      status: 'pending',
      reviewRound: 2,
      decision: null,
      barredReviewers: [ANNA],
    });
    for (const verb of [() => document.claim(ANNA, NOON, later(60)), () => document.verify(ANNA, NOON, V1)]) {
      expect(refusal(verb)).toMatchObject({ code: 'DIFFERENT_REVIEWER_REQUIRED', status: 403 });
    }
    expect(document.verify(BEN, NOON, V1).decision?.reviewRound).toBe(2);
  });

  it('reopens a revoked verification for a different reviewer', () => {
    const document = uploaded();
    document.verify(ANNA, NOON, V1, later(60));
    document.revoke(BEN, NOON, because('new_evidence'));
    expect(document.reopen(BEN, NOON, because('decided_in_error')).to).toMatchObject({
      status: 'pending',
      reviewRound: 2,
      decision: null,
      validUntil: null,
      barredReviewers: [ANNA],
    });
    expect(document.verify(BEN, NOON, V1).decision?.reviewRound).toBe(2);
  });

  it('bars the same reviewer also from a new version', () => {
    const document = uploaded();
    document.reject(ANNA, NOON, because('duplicate'));
    document.reopen(BEN, NOON, because('new_evidence'));
    document.addVersion(OWNER, NOON, bytes('b'));
    expect(refusal(() => document.claim(ANNA, NOON, later(60))).code).toBe('DIFFERENT_REVIEWER_REQUIRED');
  });

  it('begins a new round with a new version; the old decision still names the old version', () => {
    const document = uploaded();
    const { decision } = document.requestChanges(ANNA, NOON, because('unreadable'));
    document.addVersion(OWNER, later(1), bytes('b'));
    expect(document.state).toMatchObject({
      status: 'pending',
      reviewRound: 2,
      decision: null,
      version: { number: 2 },
    });
    expect(decision).toMatchObject({ versionNumber: 1, versionSha256: bytes('a').sha256 });
  });

  it('refuses a new version of a verified, rejected, revoked or withdrawn document', () => {
    const endings: Array<(document: Document) => unknown> = [
      (document) => document.verify(ANNA, NOON, V1),
      (document) => document.reject(ANNA, NOON, because('duplicate')),
      (document) => [document.verify(ANNA, NOON, V1), document.revoke(BEN, NOON, because('new_evidence'))],
      (document) => document.withdraw(OWNER, NOON),
    ];
    for (const end of endings) {
      const document = uploaded();
      end(document);
      expect(refusal(() => document.addVersion(OWNER, NOON, bytes('b'))).code).toBe('ILLEGAL_TRANSITION');
      const edited = { title: 'Other', type: 'visa', metadata: {} };
      expect(refusal(() => document.edit(OWNER, NOON, edited)).code).toBe('ILLEGAL_TRANSITION');
    }
  });

  it('expires at validUntil, and returns to review with a new version', () => {
    const document = uploaded();
    document.verify(ANNA, NOON, V1, later(60));
    expect(document.expire(later(59))).toBeNull();
    expect(document.expire(later(60))).toMatchObject({ action: 'expired', from: 'verified', by: null });
    document.addVersion(OWNER, later(61), bytes('b'));
    expect(document.state).toMatchObject({ status: 'pending', validUntil: null });
  });

  it('lets only the owner edit, add versions and withdraw', () => {
    const document = uploaded();
    const edited = { title: 'Other', type: 'visa', metadata: {} };
    for (const verb of [
      () => document.edit(ANNA, NOON, edited),
      () => document.addVersion(ANNA, NOON, bytes('b')),
      () => document.withdraw(ANNA, NOON),
    ]) {
      expect(refusal(verb)).toMatchObject({ code: 'NOT_THE_OWNER', status: 403 });
    }
  });
});
