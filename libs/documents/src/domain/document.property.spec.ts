import { AppError } from '#libs/kernel';
import fc from 'fast-check';
import { Document, type NewVersion } from './document.js';
import { type Decision, type DocumentState, type Transition } from './document-state.js';

const OWNER = 'owner';
const PEOPLE = [OWNER, 'anna', 'ben', 'cleo'] as const;
const START = new Date('2026-11-20T12:00:00.000Z').getTime();
const LEASE = 100;

const VERBS = [
  'claim',
  'takeOver',
  'release',
  'verify',
  'reject',
  'requestChanges',
  'withdraw',
  'revoke',
  'reopen',
  'addVersion',
  'edit',
  'expireLease',
  'expire',
] as const;

interface Command {
  readonly verb: (typeof VERBS)[number];
  readonly by: (typeof PEOPLE)[number];
  readonly wait: number;
  readonly staleBytes: boolean;
  readonly namesRevision: boolean;
  readonly validFor: number | null;
}

const commands = fc.array(
  fc.record<Command>({
    verb: fc.constantFrom(...VERBS),
    by: fc.constantFrom(...PEOPLE),
    wait: fc.constantFrom(0, 1, 50, LEASE - 1, LEASE),
    staleBytes: fc.boolean(),
    namesRevision: fc.boolean(),
    validFor: fc.constantFrom(null, 1, 200),
  }),
  { minLength: 1, maxLength: 40 },
);

const sha256 = (version: number): string => version.toString(16).padStart(64, '0');
const bytes = (version: number): NewVersion => ({
  sha256: sha256(version),
  size: version,
  trailingBytes: 0,
  mediaType: 'application/pdf',
  fileName: 'a.pdf',
  storageKey: `key-${version}`,
});

function perform(
  document: Document,
  { verb, by, staleBytes, namesRevision, validFor }: Command,
  now: number,
): Transition | null {
  const at = new Date(now);
  const until = new Date(now + LEASE);
  const { number } = document.state.version;
  const verdict = {
    namesRevision,
    delivered: null,
    versionSha256: sha256(staleBytes ? number + 1 : number),
    message: 'm',
    note: null,
  };
  const given = { reasonCode: 'other', message: 'm', note: null };
  switch (verb) {
    case 'claim':
      return document.claim(by, at, until);
    case 'takeOver':
      return document.claim(by, at, until, { allowed: by === 'cleo' });
    case 'release':
      return document.release(by, at);
    case 'verify':
      return document.verify(by, at, verdict, validFor === null ? null : new Date(now + validFor));
    case 'reject':
      return document.reject(by, at, { ...verdict, reasonCode: 'unreadable' });
    case 'requestChanges':
      return document.requestChanges(by, at, { ...verdict, reasonCode: 'unreadable' });
    case 'withdraw':
      return document.withdraw(by, at);
    case 'revoke':
      return document.revoke(by, at, given);
    case 'reopen':
      return document.reopen(by, at, given);
    case 'addVersion':
      return document.addVersion(by, at, bytes(number + 1));
    case 'edit':
      return document.edit(by, at, { title: `t${now}`, type: 'passport', metadata: {} });
    case 'expireLease':
      return document.expireLease(at);
    case 'expire':
      return document.expire(at);
  }
}

/** A second implementation of the rules, from facts about the past instead of states. */
class Model {
  version = 1;
  titledAt = 0;
  holder: string | null = null;
  heldUntil = 0;
  /** Whether the last command extended a claim, which makes no revision. */
  extended = false;
  verdict: 'verified' | 'rejected' | 'changes_requested' | null = null;
  decidedBy = '';
  validUntil = Infinity;
  ended: 'withdrawn' | 'revoked' | 'expired' | null = null;
  readonly barred = new Set<string>();

  get status(): string {
    return this.ended ?? this.verdict ?? (this.holder ? 'in_review' : 'pending');
  }

  /** Applies the command. Returns `ok`, `nothing` (nothing to change) or the error code. */
  step({ verb, by, staleBytes, namesRevision, validFor }: Command, now: number): string {
    this.extended = false;
    const open = !this.ended && !this.verdict;
    const live = this.holder !== null && now < this.heldUntil;
    const idle = open && !live;
    const own = by === OWNER;
    switch (verb) {
      case 'expireLease':
        return open && this.holder && !live ? this.free() : 'nothing';
      case 'expire':
        if (this.ended || this.verdict !== 'verified' || now < this.validUntil) return 'nothing';
        return this.end('expired');
      case 'withdraw':
        if (!own) return 'NOT_THE_OWNER';
        return idle || this.status === 'changes_requested' ? this.end('withdrawn') : 'ILLEGAL_TRANSITION';
      case 'edit':
        if (!own) return 'NOT_THE_OWNER';
        if (!idle && this.status !== 'changes_requested') return 'ILLEGAL_TRANSITION';
        if (this.titledAt === now) return 'nothing';
        this.titledAt = now;
        return this.free();
      case 'addVersion':
        if (!own) return 'NOT_THE_OWNER';
        if (!idle && !['changes_requested', 'expired'].includes(this.status)) return 'ILLEGAL_TRANSITION';
        this.version += 1;
        return this.newRound();
      case 'revoke':
        if (own) return 'OWN_DOCUMENT';
        return this.status === 'verified' ? this.end('revoked') : 'ILLEGAL_TRANSITION';
      case 'reopen':
        if (own) return 'OWN_DOCUMENT';
        if (this.status !== 'rejected' && this.status !== 'revoked') return 'ILLEGAL_TRANSITION';
        this.barred.add(this.decidedBy);
        return this.newRound();
      case 'release':
        if (!open || !this.holder) return 'ILLEGAL_TRANSITION';
        return this.holder === by ? this.free() : 'DOCUMENT_CLAIMED_BY_ANOTHER';
      default:
        break;
    }
    if (verb === 'takeOver' && by !== 'cleo') return 'FORBIDDEN';
    if (own) return 'OWN_DOCUMENT';
    if (this.ended) return 'ILLEGAL_TRANSITION';
    if (this.verdict) return 'DOCUMENT_ALREADY_DECIDED';
    if (this.barred.has(by)) return 'DIFFERENT_REVIEWER_REQUIRED';
    if (live && this.holder !== by && verb !== 'takeOver') return 'DOCUMENT_CLAIMED_BY_ANOTHER';
    const holds = live && this.holder === by;
    if (verb === 'claim' || verb === 'takeOver') {
      this.extended = holds;
      this.holder = by;
      this.heldUntil = now + LEASE;
      return 'ok';
    }
    if (staleBytes) return 'DOCUMENT_VERSION_CHANGED';
    if (!namesRevision && !holds) return 'PRECONDITION_REQUIRED';
    this.free();
    this.decidedBy = by;
    this.verdict = ({ verify: 'verified', reject: 'rejected', requestChanges: 'changes_requested' } as const)[
      verb
    ];
    this.validUntil = verb === 'verify' && validFor !== null ? now + validFor : Infinity;
    return 'ok';
  }

  private free(): 'ok' {
    this.holder = null;
    return 'ok';
  }

  private end(how: 'withdrawn' | 'revoked' | 'expired'): 'ok' {
    this.ended = how;
    return this.free();
  }

  private newRound(): 'ok' {
    this.verdict = null;
    this.ended = null;
    return this.free();
  }
}

/** Invariants that hold after every step. */
function checkInvariants(
  state: DocumentState,
  transitions: readonly Transition[],
  decisions: readonly Decision[],
): void {
  expect(state.revision).toBe(transitions.at(-1)?.to.revision);
  expect((state.status === 'in_review') === (state.claim !== null)).toBe(true);
  expect(transitions.map(({ to }) => to.revision)).toEqual(transitions.map((_, index) => index + 1));
  expect(transitions.slice(1).map(({ from }) => from)).toEqual(
    transitions.slice(0, -1).map(({ to }) => to.status),
  );
  const rounds = decisions.map(({ reviewRound }) => reviewRound);
  expect(new Set(rounds).size).toBe(rounds.length);
  for (const decision of decisions) {
    expect(decision.by).not.toBe(OWNER);
    expect(decision.versionSha256).toBe(sha256(decision.versionNumber));
    expect(decision.versionNumber).toBeLessThanOrEqual(state.version.number);
  }
  const decided = ['verified', 'rejected', 'changes_requested', 'expired', 'revoked'].includes(state.status);
  if (decided) expect(state.decision).toEqual(decisions.at(-1));
  if (['pending', 'in_review'].includes(state.status)) expect(state.decision).toBeNull();
  expect(state.reviewRound).toBeLessThanOrEqual(rounds.length + state.version.number);
}

describe('any sequence of commands', () => {
  it('has the outcome of the model and keeps every invariant', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const description = { title: 't', type: 'passport', metadata: {} };
        const uploaded = Document.upload('doc', OWNER, new Date(START), description, bytes(1));
        const document = Document.restore(uploaded.to);
        const model = new Model();
        const transitions = [uploaded];
        const decisions: Decision[] = [];
        let now = START;
        for (const command of sequence) {
          now += command.wait;
          const before = document.state;
          const expected = model.step(command, now);
          let outcome: string;
          try {
            const transition = perform(document, command, now);
            outcome = transition ? 'ok' : 'nothing';
            const isExtension = transition?.to.revision === before.revision;
            if (transition) expect(isExtension).toBe(model.extended);
            if (transition && !isExtension) transitions.push(transition);
            if (transition?.decision) decisions.push(transition.decision);
            if (transition?.decision) expect(before.barredReviewers).not.toContain(command.by);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            outcome = error.code;
          }
          expect({ command, outcome, status: document.state.status }).toEqual({
            command,
            outcome: expected,
            status: model.status,
          });
          if (outcome !== 'ok') expect(document.state).toBe(before);
          checkInvariants(document.state, transitions, decisions);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reaches every status that clients and background jobs can cause', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(commands, (sequence) => {
        const description = { title: 't', type: 'passport', metadata: {} };
        const document = Document.restore(
          Document.upload('d', OWNER, new Date(START), description, bytes(1)).to,
        );
        let now = START;
        for (const command of sequence) {
          now += command.wait;
          try {
            perform(document, command, now);
          } catch {
            // A refusal changes nothing; the test above checks which refusals are correct.
          }
          seen.add(document.state.status);
        }
      }),
      { numRuns: 1000 },
    );
    expect([...seen].sort()).toEqual(
      [
        'changes_requested',
        'expired',
        'in_review',
        'pending',
        'rejected',
        'revoked',
        'verified',
        'withdrawn',
      ].sort(),
    );
  });
});
