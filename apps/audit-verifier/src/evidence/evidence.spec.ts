import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { ReferenceEvidence, zipOf } from '../../../../test/support/reference-evidence.js';
import { writeFiles } from '../../../../test/support/reference-log.js';
import { verifier, type VerifierRun } from '../../../../test/support/verifier.js';
import { Broken, parseVerifierKey } from '#libs/log-check';
import { checkEvidence } from './check-evidence.js';
import { type EvidenceFiles } from './evidence-files.js';

const made = new ReferenceEvidence();
const folder = mkdtempSync(join(tmpdir(), 'veritrail-evidence-'));

afterAll(() => rmSync(folder, { recursive: true }));

async function checkFolder(files: ReadonlyMap<string, Buffer>, ...options: string[]): Promise<VerifierRun> {
  const place = mkdtempSync(join(folder, 'bag-'));
  writeFiles(place, files);
  return verifier('bundle', place, '--key', made.key.vkey, ...options);
}

async function checkZip(bytes: Uint8Array): Promise<VerifierRun> {
  const file = join(mkdtempSync(join(folder, 'zip-')), 'evidence.zip');
  writeFileSync(file, bytes);
  return verifier('bundle', file, '--key', made.key.vkey);
}

const inMemory = (files: ReadonlyMap<string, Buffer>): EvidenceFiles => ({
  paths: [...files.keys()],
  open: async (path) => {
    const content = files.get(path);
    if (!content) throw new Broken(path, 'it is missing');
    return Readable.from(content.length > 0 ? [content] : []);
  },
  close: async () => undefined,
});

describe('an evidence bundle', () => {
  it('is sound as a folder, and the decision is described', async () => {
    const { code, errors, out } = await checkFolder(made.bag(), '--document', made.documentId);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toContain('leaf 21 of 40 in log.example/test\ndocument.verified succeeded');
    expect(out).toContain('5 leaves about the document, with the document');
  });

  it('is sound as a ZIP', async () => {
    expect(await checkZip(await zipOf(made.bag()))).toMatchObject({ code: 0, errors: '' });
  });

  it('is sound without the document', async () => {
    const payload = made.payload();
    payload.delete('data/document.pdf');
    expect((await checkFolder(made.bag(payload))).out).toContain('without the document itself\nsound');
  });

  it.each<[string, Record<string, Uint8Array | string>, string]>([
    ['another document', { 'data/document.pdf': 'x' }, 'it is not the document that was decided about'],
    ['another leaf', { 'data/decision.json': made.log.leaves[3]! }, 'the leaf is not leaf 21 of this log'],
    [
      'another receipt',
      { 'data/decision.tlog-proof': made.log.receipt(3) },
      'the leaf is not leaf 3 of this log',
    ],
    [
      'an older checkpoint',
      { 'data/checkpoint': made.log.checkpoint(39) },
      'it is not the checkpoint of data/decision',
    ],
    ['a foreign key', { 'data/log.vkey': new ReferenceEvidence().key.vkey }, 'none of the given keys'],
    ['no leaves', { 'data/leaves.jsonl': '', 'data/proofs.txt': '' }, 'the decision is not among its leaves'],
    ['no proofs', { 'data/proofs.txt': '' }, 'it has no line for the leaf in line 1'],
    [
      'a proof too many',
      { 'data/proofs.txt': `${made.payload().get('data/proofs.txt')!.toString()}0\n` },
      'more lines than data/leaves.jsonl, which has 5',
    ],
    ['a leaf without an end', { 'data/leaves.jsonl': '{}' }, 'its last line does not end with a newline'],
    ['a proof without a number', { 'data/proofs.txt': 'x\n' }, 'it does not begin with the index of a leaf'],
  ])('with %s is broken, although its manifests are right', async (_what, over, why) => {
    expect(await checkFolder(made.bag(made.payload(over)))).toMatchObject({
      code: 1,
      errors: expect.stringContaining(why),
    });
  });

  it('with a leaf about another document, or in the wrong order, is broken', async () => {
    const leaves = (indexes: number[]): Record<string, string> => ({
      'data/leaves.jsonl': indexes.map((index) => `${made.log.leaves[index]!.toString()}\n`).join(''),
      'data/proofs.txt': indexes
        .map(
          (index) => `${[index, ...made.log.path(index).map((hash) => hash.toString('base64'))].join(' ')}\n`,
        )
        .join(''),
    });
    const strange = await checkFolder(made.bag(made.payload(leaves([3, 4, 21]))));
    expect(strange).toMatchObject({
      code: 1,
      errors: expect.stringContaining('line 2: it is not about the document of this bundle'),
    });
    const twice = await checkFolder(made.bag(made.payload(leaves([3, 21, 21]))));
    expect(twice).toMatchObject({ code: 1, errors: expect.stringContaining('leaf 21 comes after leaf 21') });
  });

  it.each<[string, (bag: Map<string, Buffer>) => unknown, string]>([
    [
      'a file that no manifest knows',
      (bag) => bag.set('data/more.txt', Buffer.from('x')),
      'it is not listed in',
    ],
    [
      'a tag file that no manifest knows',
      (bag) => bag.set('more.txt', Buffer.from('x')),
      'it is not listed in',
    ],
    ['a missing file', (bag) => bag.delete('data/document.pdf'), 'it is listed in a manifest, but missing'],
    ['no manifest', (bag) => bag.delete('manifest-sha256.txt'), 'manifest-sha256.txt: it is missing'],
    ['another declaration', (bag) => bag.set('bagit.txt', Buffer.from('BagIt-Version: 0.97\n')), 'bagit.txt'],
    [
      'a path that leads out',
      (bag) => bag.set('manifest-sha256.txt', Buffer.from(`${'0'.repeat(64)}  data/../../x\n`)),
      'not a SHA-256 and a path',
    ],
  ])('with %s is broken', async (_what, change, why) => {
    const bag = made.bag();
    change(bag);
    expect(await checkFolder(bag)).toMatchObject({ code: 1, errors: expect.stringContaining(why) });
  });

  it('is broken if any single bit of any file is flipped', async () => {
    const bag = made.bag();
    const keys = [parseVerifierKey(made.key.vkey)];
    const isSound = async (files: ReadonlyMap<string, Buffer>): Promise<boolean> => {
      try {
        return (await checkEvidence(inMemory(files), keys, {})).findings.length === 0;
      } catch (error) {
        if (error instanceof Broken) return false;
        throw error;
      }
    };
    expect(await isSound(bag)).toBe(true);
    const anyBit = fc
      .constantFrom(...bag.keys())
      .chain((path) => fc.tuple(fc.constant(path), fc.nat(bag.get(path)!.length * 8 - 1)));
    await fc.assert(
      fc.asyncProperty(anyBit, async ([path, bit]) => {
        const changed = Buffer.from(bag.get(path)!);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(await isSound(new Map([...bag, [path, changed]]))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('as a ZIP is broken if any single bit is flipped, including its envelope', async () => {
    const zip = await zipOf(made.bag());
    expect(await checkZip(zip)).toMatchObject({ code: 0 });
    const all = zip.length * 8;
    const envelope = zip.indexOf('PK\u0001\u0002', 0, 'latin1') * 8;
    const anyBit = fc.oneof(fc.nat(all - 1), fc.integer({ min: envelope, max: all - 1 }));
    await fc.assert(
      fc.asyncProperty(anyBit, async (bit) => {
        const changed = Buffer.from(zip);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(await checkZip(changed)).toMatchObject({ code: 1, errors: expect.stringMatching(/^BROKEN /) });
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, (zip: Buffer) => Buffer]>([
    ['with something before it', (zip) => Buffer.concat([Buffer.from('x'), zip])],
    ['with something after it', (zip) => Buffer.concat([zip, Buffer.from('x')])],
    [
      'with a comment',
      (zip) => {
        const commented = Buffer.concat([zip, Buffer.from('x')]);
        commented.writeUInt16LE(1, zip.length - 2);
        return commented;
      },
    ],
  ])('as a ZIP %s is broken', async (_what, change) => {
    expect(await checkZip(change(await zipOf(made.bag())))).toMatchObject({ code: 1 });
  });
});

describe('a malicious bundle', () => {
  it('with paths that leave the folder is refused', async () => {
    const zip = await zipOf(made.bag());
    const name = Buffer.from('evidence/VERIFY.md');
    for (const bad of ['../../../../VERIF.md', '/etc//////VERIFY.m'].map((text) =>
      Buffer.from(text.slice(0, name.length)),
    )) {
      const bytes = Buffer.from(zip);
      for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) bad.copy(bytes, at);
      expect(await checkZip(bytes)).toMatchObject({
        code: 1,
        errors: expect.stringMatching(/path|relative/),
      });
    }
  });

  it('with a file that is longer than announced is refused', async () => {
    const zip = await zipOf(new Map([['data/checkpoint', Buffer.alloc(50_000_000)]]));
    // The announced size, in the central directory: make it small.
    const central = zip.indexOf(Buffer.from('PK\u0001\u0002'));
    zip.writeUInt32LE(100, central + 24);
    expect(await checkZip(zip)).toMatchObject({ code: 1, errors: expect.stringMatching(/^BROKEN /) });
  });

  it('with a compressed file is refused before it is unpacked', async () => {
    const bag = made.bag(made.payload({ 'data/leaves.jsonl': Buffer.alloc(100_000_000, 0x20) }));
    expect(await checkZip(await zipOf(bag, undefined, true))).toMatchObject({
      code: 1,
      errors: expect.stringContaining('differs from what the server writes'),
    });
  });

  it('with a very long line is not read into memory', async () => {
    const bag = made.bag(made.payload({ 'data/leaves.jsonl': Buffer.alloc(10_000_000, 0x20) }));
    expect(await checkZip(await zipOf(bag))).toMatchObject({
      code: 1,
      errors: expect.stringContaining('it has a line of more than 65535 bytes'),
    });
  });

  it('without its one folder is refused', async () => {
    const bag = made.bag();
    expect((await checkZip(await zipOf(bag, ''))).errors).toContain('is not in its one folder');
    expect((await checkZip(await zipOf(new Map([['a/b', Buffer.of(1)]]), ''))).errors).toMatch(/^BROKEN /);
  });

  it('that is not a ZIP file, or only a part of one, is broken', async () => {
    const zip = await zipOf(made.bag());
    for (const bytes of [
      Buffer.of(),
      Buffer.from('PK'),
      zip.subarray(0, zip.length >> 1),
      zip.subarray(100),
    ]) {
      expect(await checkZip(bytes)).toMatchObject({ code: 1, errors: expect.stringMatching(/^BROKEN /) });
    }
  });

  it('that is a folder with a symbolic link is refused', async () => {
    const place = mkdtempSync(join(folder, 'bag-'));
    writeFiles(place, made.bag());
    symlinkSync('/dev/zero', join(place, 'data', 'zero'));
    expect(await verifier('bundle', place, '--key', made.key.vkey)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('data/zero: it is neither a file nor a folder'),
    });
  });

  it('with any changed bytes ends with a reason and without a stack trace', async () => {
    const zip = await zipOf(made.bag());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(zip.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, bytes) => {
          const changed = Buffer.from(zip);
          changed.set(bytes.subarray(0, changed.length - at), at);
          const run = await checkZip(changed);
          expect(run.code).toBeLessThan(2);
          expect(run.errors).not.toContain('    at ');
        },
      ),
      { numRuns: 200 },
    );
  });
});
