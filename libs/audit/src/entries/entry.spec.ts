import { composeProduct } from '#libs/declarations';
import { Actor, type AuditAction, emptyDraft } from '#libs/kernel';
import { type EntryStamp, NO_ORIGIN, type Occurrence, toEntry } from './entry.js';

const STAMP: EntryStamp = {
  id: '019aa099-69c0-7a3e-9a55-3f1f0d8f6f10',
  occurredAt: '2025-11-20T09:30:00.000Z',
};
const USER = '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f11';

beforeAll(() => composeProduct([{ name: 'documents', auditActions: { 'document.verified': 'Verified.' } }]));

function occurrence(parts: Partial<Occurrence> = {}): Occurrence {
  return {
    action: 'document.verified',
    outcome: 'succeeded',
    actor: Actor.user(USER, ['verifier', 'admin'], 'session'),
    origin: NO_ORIGIN,
    draft: emptyDraft(),
    ...parts,
  };
}

describe('toEntry', () => {
  it('returns the same JSON for the same occurrence', () => {
    const facts = occurrence();
    expect(JSON.stringify(toEntry(STAMP, facts))).toBe(JSON.stringify(toEntry(STAMP, facts)));
    expect(toEntry(STAMP, facts)).toEqual({
      ...STAMP,
      action: 'document.verified',
      outcome: 'succeeded',
      actor: {
        type: 'user',
        id: USER,
        roles: ['admin', 'verifier'],
        authenticatedBy: 'password',
        sessionId: 'session',
      },
      target: null,
      reasonCode: null,
      requestId: null,
      ip: null,
      userAgent: null,
      changes: null,
      details: null,
    });
  });

  it('returns values that JSON represents without loss', () => {
    const draft = {
      ...emptyDraft(),
      target: { type: 'document', id: 'd', version: 2, sha256: 'ab'.repeat(32), ownerId: USER } as const,
      changes: { before: { title: 'a\0b\ud800' }, after: { 'k\0': [1.5, null, { deep: true }] } },
      details: { at: STAMP.occurredAt },
    };
    const entry = toEntry(STAMP, occurrence({ draft }));
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
    expect(entry.changes).toEqual({
      before: { title: 'a\ufffdb\ufffd' },
      after: { 'k\ufffd': [1.5, null, { deep: true }] },
    });
  });

  it('uses the actor of the draft if the handler set one', () => {
    const draft = { ...emptyDraft(), actor: Actor.user(USER, ['user'], 'new session') };
    expect(toEntry(STAMP, occurrence({ actor: Actor.anonymous(), draft })).actor).toMatchObject({
      type: 'user',
      id: USER,
    });
  });

  it('sets the account as the owner of a target that is an account', () => {
    const draft = { ...emptyDraft(), target: { type: 'user', id: USER } as const };
    expect(toEntry(STAMP, occurrence({ draft })).target).toMatchObject({ ownerId: USER });
  });

  it.each(['denied', 'failed'] as const)('omits the changes of an action that was %s', (outcome) => {
    const draft = { ...emptyDraft(), changes: { before: {}, after: { status: 'verified' } } };
    expect(toEntry(STAMP, occurrence({ outcome, draft })).changes).toBeNull();
  });

  it('throws for an unknown action', () => {
    expect(() => toEntry(STAMP, occurrence({ action: 'document.painted' as AuditAction }))).toThrow(
      'document.painted',
    );
  });

  it('throws for a value that JSON cannot represent', () => {
    const draft = { ...emptyDraft(), details: { count: Number.NaN } };
    expect(() => toEntry(STAMP, occurrence({ draft }))).toThrow('JSON');
  });

  it('replaces values that are too large by their digest', () => {
    const large = 'x'.repeat(20_000);
    const draft = {
      ...emptyDraft(),
      changes: { before: { title: 'short' }, after: { title: 'short', metadata: large } },
    };
    const entry = toEntry(STAMP, occurrence({ draft }));
    expect(entry.changes?.before).toEqual({ title: 'short' });
    expect(entry.changes?.after).toEqual({
      title: 'short',
      metadata: { omitted: true, bytes: 20_002, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`member ${index}`, index]));
    const crowded = toEntry(STAMP, occurrence({ draft: { ...emptyDraft(), details: many } }));
    expect(crowded.details).toMatchObject({ omitted: true });
  });

  it('stores the user agent as one line of limited length', () => {
    const origin = { requestId: 'r', ip: '::1', userAgent: `a\r\nb${'c'.repeat(999)}` };
    const { userAgent } = toEntry(STAMP, occurrence({ origin }));
    expect(userAgent).toHaveLength(256);
    expect(userAgent).toMatch(/^a\ufffd\ufffdbc+$/);
  });
});
