import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  leafBytes,
  leafContent,
  ReferenceKey,
  ReferenceLog,
  makeLeaves,
} from '../../../../test/support/reference-log.js';
import { verifier, type VerifierRun } from '../../../../test/support/verifier.js';
import { Broken, parseVerifierKey } from '#libs/log-check';
import { checkReceipt } from './check-receipt.js';

const key = new ReferenceKey();
const contents = Array.from({ length: 20 }, (_, index) => leafContent(index));
const log = new ReferenceLog(contents.map(leafBytes), [key]);
const folder = mkdtempSync(join(tmpdir(), 'veritrail-receipt-'));

afterAll(() => rmSync(folder, { recursive: true }));

async function check(receipt: string, leaf: Uint8Array, ...options: string[]): Promise<VerifierRun> {
  writeFileSync(join(folder, 'it.tlog-proof'), receipt);
  writeFileSync(join(folder, 'leaf'), leaf);
  const files = [join(folder, 'it.tlog-proof'), '--leaf', join(folder, 'leaf')];
  return verifier('receipt', ...files, '--key', key.vkey, ...options);
}

const targetOf = (index: number) => contents[index]!['target'] as { id: string; sha256: string };
const decisionOf = (index: number) =>
  (contents[index]!['details'] as { decision: { id: string } }).decision.id;

describe('a receipt', () => {
  it.each([1, 2, 3, 7, 8, 9, 20, 255, 257])('of every leaf of %d is sound', (size) => {
    const one = new ReferenceLog(makeLeaves(size), [key]);
    const keys = [parseVerifierKey(key.vkey)];
    for (const index of new Set([0, 1, size >> 1, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      const checked = checkReceipt(
        { proof: Buffer.from(one.receipt(index)), leaf: one.leaves[index]! },
        keys,
      );
      expect(checked).toMatchObject({ index, findings: [] });
    }
  });

  it('describes its leaf', async () => {
    const { code, out } = await check(log.receipt(3), log.leaves[3]!);
    expect(code).toBe(0);
    expect(out).toContain('document.verified succeeded at 2026-01-05T08:00:03.000Z by user ');
    expect(out).toContain(
      `about document ${targetOf(3).id}, version 1, SHA-256 ${targetOf(3).sha256}\nsound`,
    );
  });

  it('of another document does not match this leaf', async () => {
    const run = await check(log.receipt(3), log.leaves[4]!);
    expect(run).toMatchObject({
      code: 1,
      errors: expect.stringContaining(
        'the leaf is not leaf 3 of this log: it is a different leaf, or was changed',
      ),
    });
  });

  it('that was exchanged together with its leaf is about another document, which --document shows', async () => {
    const exchanged: [string, Buffer] = [log.receipt(4), log.leaves[4]!];
    const [mine, other] = [targetOf(3), targetOf(4)];
    expect(await check(...exchanged, '--document', mine.id)).toMatchObject({
      code: 1,
      errors: expect.stringContaining(`it is about the document ${other.id}, not ${mine.id}`),
    });
    expect((await check(...exchanged, '--sha256', mine.sha256)).errors).toContain('it is about the SHA-256');
    expect((await check(...exchanged, '--decision', decisionOf(3))).errors).toContain(
      'it is about the decision',
    );
    const right = [
      '--document',
      other.id,
      '--sha256',
      other.sha256.toUpperCase(),
      '--decision',
      decisionOf(4),
    ];
    expect(await check(...exchanged, ...right)).toMatchObject({ code: 0, errors: '' });
  });

  it.each<[string, (text: string) => string, string]>([
    ['another index', (text) => text.replace('index 3', 'index 4'), 'is not leaf 4'],
    ['an index beyond the log', (text) => text.replace('index 3', 'index 20'), 'leaf 20 of a log of 20'],
    ['a path that is too short', (text) => text.replace(/(index 3\n)[^\n]+\n/, '$1'), 'its path of 4 hashes'],
    [
      'a path that is too long',
      (text) => text.replace(/(index 3\n)([^\n]+\n)/, '$1$2$2'),
      'its path of 6 hashes',
    ],
    [
      'extra data',
      (text) => text.replace('index', 'extra AAAA\nindex'),
      'extra data, which no signature covers',
    ],
    ['a leading zero', (text) => text.replace('index 3', 'index 03'), 'is not the index'],
    ['nothing in it', () => '', 'it is not a tlog-proof'],
    ['a control character', (text) => text.replace('log.example', 'log\u0007example'), 'control characters'],
  ])('with %s is broken', async (_what, change, why) => {
    expect(await check(change(log.receipt(3)), log.leaves[3]!)).toMatchObject({
      code: 1,
      errors: expect.stringContaining(why),
    });
  });

  it('is broken if any single bit of it, or of its leaf, is flipped', () => {
    const keys = [parseVerifierKey(key.vkey)];
    const proof = Buffer.from(log.receipt(11));
    const leaf = log.leaves[11]!;
    const soundWith = (one: Uint8Array, other: Uint8Array): boolean => {
      try {
        return checkReceipt({ proof: one, leaf: other }, keys).findings.length === 0;
      } catch (error) {
        if (error instanceof Broken) return false;
        throw error;
      }
    };
    expect(soundWith(proof, leaf)).toBe(true);
    for (const [bytes, sound] of [
      [proof, (changed: Buffer) => soundWith(changed, leaf)],
      [leaf, (changed: Buffer) => soundWith(proof, changed)],
    ] as const) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        if (sound(changed)) throw new Error(`bit ${bit} changes nothing`);
      }
    }
  });

  it('of random bytes ends with 1 and a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const run = await check(Buffer.from(bytes).toString('latin1'), bytes);
        expect(run.code).toBe(1);
        expect(run.errors).toMatch(/^BROKEN /);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what cannot be checked ends with 2 and a reason', () => {
  const proof = join(folder, 'there.tlog-proof');
  beforeAll(() => writeFileSync(proof, log.receipt(1)));

  it.each<[string, string[], string]>([
    [
      'no such file',
      ['receipt', join(folder, 'absent'), '--leaf', proof, '--key', key.vkey],
      'There is no file',
    ],
    ['a folder as a file', ['receipt', folder, '--leaf', proof, '--key', key.vkey], 'is not a file'],
    ['no key', ['receipt', proof, '--leaf', proof], 'No key was given'],
    ['a malformed key', ['receipt', proof, '--leaf', proof, '--key', `${key.vkey}x`], 'verifier key'],
    [
      'a key whose id is not its own',
      ['receipt', proof, '--leaf', proof, '--key', key.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
      'has the id 00000000',
    ],
    ['no command', ['verify'], 'unknown command'],
    ['a folder without a log', ['log', folder, '--key', key.vkey], 'contains no file named checkpoint'],
    [
      'an option that is not a number',
      ['log', folder, '--key', key.vkey, '--tolerance', 'x'],
      'whole number',
    ],
    ['no server', ['log', 'http://127.0.0.1:1/tlog', '--key', key.vkey], 'cannot be fetched'],
  ])('%s', async (_what, args, why) => {
    const run = await verifier(...args);
    expect(run.errors).toContain(why);
    expect(run.code).toBe(2);
  });
});
