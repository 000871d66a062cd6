import { createHash } from 'node:crypto';
import { type AuditEntry } from './entry.js';
import { makeLeaf, MAX_LEAF_BYTES, readLeaf } from './leaf.js';
import { readPersonalValues } from './personal-values.js';

const ENTRY: AuditEntry = {
  id: '019aa099-69c0-7a3e-9a55-3f1f0d8f6f10',
  occurredAt: '2025-11-20T09:30:00.000Z',
  action: 'document.verified',
  outcome: 'succeeded',
  actor: { type: 'user', id: 'u', roles: ['verifier'], authenticatedBy: 'password', sessionId: 's' },
  target: { type: 'document', id: 'd', version: 1, sha256: 'ab'.repeat(32), ownerId: 'o' },
  reasonCode: null,
  requestId: 'r',
  ip: '203.0.113.7',
  userAgent: 'agent “7”',
  changes: { before: { b: 1, a: 2 }, after: { ä: 'ö', Z: 1e21 } },
  details: null,
};

describe('a leaf', () => {
  it('is canonical JSON of the entry with a nonce and a commitment', () => {
    const { bytes } = makeLeaf(ENTRY);
    const { nonce, personal } = readLeaf(bytes);
    expect(bytes.toString()).toBe(
      `{"action":"document.verified","actor":{"authenticatedBy":"password","id":"u","roles":["verifier"],` +
        `"sessionId":"s","type":"user"},"changes":{"after":{"Z":1e+21,"ä":"ö"},"before":{"a":2,"b":1}},"details":null,` +
        `"id":"019aa099-69c0-7a3e-9a55-3f1f0d8f6f10","nonce":"${nonce}","occurredAt":"2025-11-20T09:30:00.000Z",` +
        `"outcome":"succeeded","personal":{"alg":"sha256","commitment":"${personal?.commitment}"},"reasonCode":null,` +
        `"requestId":"r","target":{"id":"d","ownerId":"o","sha256":"${'ab'.repeat(32)}","type":"document","version":1},"v":1}`,
    );
  });

  it('has a nonce of 128 bits, so that equal entries have different leaves', () => {
    const leaves = Array.from({ length: 100 }, () => makeLeaf(ENTRY).bytes);
    expect(new Set(leaves.map(String)).size).toBe(100);
    for (const bytes of leaves) {
      expect(Buffer.from(readLeaf(bytes).nonce, 'base64url')).toHaveLength(16);
    }
  });

  it('commits to the personal values without containing them', () => {
    const { bytes, personal } = makeLeaf(ENTRY);
    expect(bytes.includes('203.0.113.7') || bytes.includes('agent')).toBe(false);
    expect(personal?.salt).toHaveLength(32);
    expect(personal?.value.toString()).toBe('{"ip":"203.0.113.7","userAgent":"agent “7”"}');
    const commitment = createHash('sha256')
      .update(Buffer.concat([personal?.salt ?? Buffer.of(), personal?.value ?? Buffer.of()]))
      .digest('base64url');
    expect(readLeaf(bytes).personal).toEqual({ alg: 'sha256', commitment });
    expect(readPersonalValues(personal?.value ?? null)).toEqual({
      ip: ENTRY.ip,
      userAgent: ENTRY.userAgent,
    });
  });

  it('has no commitment without personal values', () => {
    const { bytes, personal } = makeLeaf({ ...ENTRY, ip: null, userAgent: null });
    expect(personal).toBeNull();
    expect(readLeaf(bytes).personal).toBeNull();
    expect(readPersonalValues(null)).toEqual({ ip: null, userAgent: null });
  });

  it('is never larger than an entry bundle allows', () => {
    const details = (length: number) => ({ ...ENTRY, details: { text: 'x'.repeat(length) } });
    const rest = makeLeaf(details(0)).bytes.length;
    expect(makeLeaf(details(MAX_LEAF_BYTES - rest)).bytes).toHaveLength(MAX_LEAF_BYTES);
    expect(() => makeLeaf(details(MAX_LEAF_BYTES - rest + 1))).toThrow(
      'An entry of 65536 bytes does not fit into a leaf',
    );
  });

  it('is not read when its version is unknown', () => {
    expect(() => readLeaf(Buffer.from('{"v":2}'))).toThrow('does not support leaves of version 2');
  });
});
