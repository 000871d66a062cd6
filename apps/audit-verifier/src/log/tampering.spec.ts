import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bundleOf,
  leafBytes,
  leafContent,
  makeLeaves,
  ReferenceKey,
  ReferenceLog,
  writeFiles,
} from '../../../../test/support/reference-log.js';
import { verifier, type VerifierRun } from '../../../../test/support/verifier.js';

const COUNT = 700;
const key = new ReferenceKey();
const honest = new ReferenceLog(makeLeaves(COUNT), [key]);
const folder = mkdtempSync(join(tmpdir(), 'veritrail-verifier-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Verifies a log in which some files were replaced. */
async function check(files: ReadonlyMap<string, Uint8Array>, ...options: string[]): Promise<VerifierRun> {
  const place = mkdtempSync(join(folder, 'log-'));
  writeFiles(place, files);
  return verifier('log', place, '--key', key.vkey, ...options);
}

/** Changed leaves with the original tiles and checkpoint: an attacker who can change rows but has no key. */
function withLeaves(change: (all: Buffer[]) => Buffer[]): Map<string, Buffer> {
  const files = honest.files();
  const changed = change([...honest.leaves]);
  files.set('tile/entries/000', bundleOf(changed.slice(0, 256)));
  files.set('tile/entries/001', bundleOf(changed.slice(256, 512)));
  files.set('tile/entries/002.p/188', bundleOf(changed.slice(512)));
  return files;
}

function kept(log: ReferenceLog, size: number): string {
  const file = join(mkdtempSync(join(folder, 'kept-')), 'checkpoint');
  writeFileSync(file, log.checkpoint(size));
  return file;
}

/** Expects exit code 1 and all of these messages. */
function expectBroken({ code, errors }: VerifierRun, ...why: Array<string | RegExp>): void {
  for (const reason of why) expect(errors).toMatch(reason);
  expect(code).toBe(1);
}

describe('a sound log', () => {
  it.each([0, 1, 2, 255, 256, 257, 700])('of %d leaves is sound', async (count) => {
    const log = new ReferenceLog(makeLeaves(count), [key]);
    const run = await check(log.files());
    expect(run).toEqual({
      code: 0,
      out: expect.stringMatching(/^log log.example\/test: [^]+sound$/),
      errors: '',
    });
  });

  it('is sound after partial tiles were replaced by full ones', async () => {
    const files = honest.files();
    const longer = new ReferenceLog([...honest.leaves, ...makeLeaves(900).slice(700)], [key]).files();
    for (const path of ['tile/entries/002.p/188', 'tile/0/002.p/188', 'tile/1/000.p/2']) files.delete(path);
    for (const path of ['tile/entries/002', 'tile/0/002']) files.set(path, longer.get(path)!);
    files.set('tile/1/000.p/2', honest.files().get('tile/1/000.p/2')!);
    expect(await check(files)).toMatchObject({ code: 0, errors: '' });
  });

  it.each([0, 1, 255, 256, 300, 512, 699, 700])('continues a checkpoint of %d leaves', async (size) => {
    const run = await check(honest.files(), '--since', kept(honest, size));
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.out).toContain(`${size} leaves`);
  });

  it('is sound without its leaves, with --hashes-only', async () => {
    const files = honest.files();
    for (const path of files.keys()) if (path.includes('entries')) files.delete(path);
    expect(await check(files, '--hashes-only', '--since', kept(honest, 300))).toMatchObject({ code: 0 });
    expectBroken(await check(files), 'leaf 0: tile/entries/000 is missing');
  });

  it('continues the checkpoint of a receipt', async () => {
    const receipt = join(folder, 'old.tlog-proof');
    const older = new ReferenceLog(honest.leaves.slice(0, 300), [key]);
    writeFileSync(receipt, older.receipt(7));
    expect(await check(honest.files(), '--since', receipt)).toMatchObject({ code: 0 });
    writeFileSync(receipt, new ReferenceLog(makeLeaves(300), [key]).receipt(7));
    expectBroken(await check(honest.files(), '--since', receipt), 'history was rewritten');
  });

  it('writes its checkpoint with --keep', async () => {
    const file = join(folder, 'kept-checkpoint');
    expect(await check(honest.files(), '--keep', file)).toMatchObject({ code: 0 });
    expect(await check(honest.files(), '--since', file)).toMatchObject({ code: 0 });
  });
});

describe('a change of leaves, with unchanged tiles', () => {
  it('of one leaf names the leaf', async () => {
    const files = withLeaves((all) => {
      all[300] = Buffer.from(all[300]!.toString().replace('"verified"', '"rejected"'));
      return all;
    });
    expectBroken(await check(files), 'leaf 300: it is not what was logged');
  });

  it('that deletes a leaf names it', async () => {
    expectBroken(
      await check(withLeaves((all) => all.toSpliced(20, 1))),
      'leaf 20: it is missing: every later leaf',
      'leaf 699: it is missing',
    );
  });

  it('that inserts a leaf names it', async () => {
    const foreign = leafBytes(leafContent(40));
    expectBroken(
      await check(withLeaves((all) => all.toSpliced(40, 0, foreign))),
      'leaf 40: it does not belong to the log',
    );
  });

  it('that exchanges two leaves names both', async () => {
    const files = withLeaves((all) => all.with(7, all[9]!).with(9, all[7]!));
    expectBroken(await check(files), 'leaf 7: it has changed places with leaf 9');
  });

  it('that rotates three leaves names them', async () => {
    const files = withLeaves((all) => all.with(7, all[9]!).with(9, all[12]!).with(12, all[7]!));
    expectBroken(
      await check(files),
      'leaf 7: it is out of order: it was logged as leaf 9',
      'leaf 12: it is out of order',
    );
  });

  it('that exchanges two bundles names both', async () => {
    const files = withLeaves((all) => [...all.slice(256, 512), ...all.slice(0, 256), ...all.slice(512)]);
    expectBroken(
      await check(files),
      'bundle 0: it was given another number',
      'bundle 1: it was given another number',
    );
  });

  it('that cuts off the end names the first missing leaf', async () => {
    expectBroken(
      await check(withLeaves((all) => all.slice(0, 600))),
      'leaf 600: it is missing: its bundle ends after 88 of 188 leaves',
    );
  });
});

describe('a change of tiles', () => {
  it('together with a leaf is found by the signed root', async () => {
    const forged = new ReferenceLog(honest.leaves.with(5, leafBytes(leafContent(5))), [key]).files();
    forged.set('checkpoint', Buffer.from(honest.checkpoint()));
    expectBroken(
      await check(forged),
      'the checkpoint: the 700 leaves do not have the root that it signs: leaves, or their order',
    );
  });

  it('above level 0 names the tile and its leaves', async () => {
    const files = honest.files();
    const tile = Buffer.from(files.get('tile/1/000.p/2')!);
    tile[40]! ^= 1;
    files.set('tile/1/000.p/2', tile);
    expectBroken(await check(files), 'tile/1/000.p/2: its hash 1 is not the hash of the leaves 256 to 511');
  });

  it.each(['tile/0/001', 'tile/1/000.p/2'])('that removes %s is found', async (path) => {
    const files = honest.files();
    files.delete(path);
    expectBroken(await check(files), `${path}: it is missing`);
  });
});

describe('an operator with the signing key', () => {
  it('who cuts off the end is found with an older checkpoint', async () => {
    const cut = new ReferenceLog(honest.leaves.slice(0, 500), [key]);
    expect(await check(cut.files())).toMatchObject({ code: 0 });
    expectBroken(
      await check(cut.files(), '--since', kept(honest, 600)),
      'the log was cut off: it had 600 leaves and now has 500',
    );
    expect((await check(cut.files(), '--since', kept(honest, 600))).out).not.toContain('continues');
  });

  it.each([600, 512, 1, 700])(
    'who replaces the history is found with an older checkpoint of %d leaves',
    async (size) => {
      const other = new ReferenceLog(makeLeaves(COUNT), [key]);
      expect(await check(other.files())).toMatchObject({ code: 0 });
      expectBroken(
        await check(other.files(), '--since', kept(honest, size)),
        `history was rewritten: the first ${size} leaves`,
      );
    },
  );

  it('who backdates a leaf is found by the leaves before it', async () => {
    const backdated = honest.leaves.with(650, leafBytes(leafContent(10)));
    const run = await check(new ReferenceLog(backdated, [key]).files());
    expectBroken(run, 'leaf 650: backdated: its time is 2026-01-05T08:00:10.000Z, 639 s before leaf 649');
  });

  it('who backdates a leaf but not its identifier is found by the leaf alone', async () => {
    const { id } = leafContent(650);
    const backdated = honest.leaves.with(650, leafBytes({ ...leafContent(600), id }));
    expectBroken(
      await check(new ReferenceLog(backdated, [key]).files()),
      'leaf 650: its time is 2026-01-05T08:10:00.000Z, but its identifier was made at 2026-01-05T08:10:50.000Z',
    );
  });

  it('who corrects a clock causes one finding, unless --clock-change names the leaf', async () => {
    const corrected = [...honest.leaves, ...makeLeaves(60)];
    const { files } = { files: new ReferenceLog(corrected, [key]).files() };
    expectBroken(await check(files), /^BROKEN leaves 700 to 759: backdated[^\n]*$/);
    expect(await check(files, '--clock-change', '700')).toMatchObject({ code: 0 });
    expect(await check(files, '--tolerance', '800')).toMatchObject({ code: 0 });
  });

  it('who logs a copy of a leaf is found, and both are named', async () => {
    const twice = [...honest.leaves.slice(0, 690), honest.leaves[600]!];
    expectBroken(
      await check(new ReferenceLog(twice, [key]).files()),
      /leaf 690: it has the identifier \S+ of leaf 600: one of them is a copy/,
    );
  });
});

describe('signatures', () => {
  it('by another key of the same name are refused', async () => {
    const forged = new ReferenceLog(honest.leaves, [new ReferenceKey()]);
    expectBroken(
      await check(forged.files()),
      'the checkpoint: it is not signed by any of the given keys, but by log.example/test (',
    );
  });

  it('of two keys are valid with either key: a rotation', async () => {
    const next = new ReferenceKey();
    const both = new ReferenceLog(honest.leaves, [key, next]).files();
    expect(await check(both)).toMatchObject({ code: 0 });
    expect(await check(new ReferenceLog(honest.leaves, [next]).files(), '--key', next.vkey)).toMatchObject({
      code: 0,
    });
  });

  it('by a known key that are invalid make the checkpoint broken', async () => {
    const files = honest.files();
    const text = honest.checkpoint().replace(/^700$/m, '699');
    files.set('checkpoint', Buffer.from(text));
    expectBroken(await check(files), 'the signature of log.example/test');
  });
});

describe('a signed leaf that is invalid', () => {
  const content = leafContent(1);
  it.each<[string, Buffer, string]>([
    ['is not JSON', Buffer.from('leaf'), 'it is not JSON'],
    ['is empty', Buffer.of(), 'it is not JSON'],
    ['is not UTF-8', Buffer.of(0x22, 0xff, 0x22), 'it is not UTF-8'],
    ['has spaces', Buffer.from(JSON.stringify(content, null, 1)), 'not in canonical form'],
    ['has its members in another order', Buffer.from(JSON.stringify(content)), 'not in canonical form'],
    [
      'writes a number differently',
      Buffer.from(leafBytes(content).toString().replace('"v":1', '"v":1.0')),
      'canonical form',
    ],
    [
      'has a needless escape',
      Buffer.from(leafBytes(content).toString().replace('user', '\\u0075ser')),
      'canonical form',
    ],
    ['has no nonce', leafBytes({ ...content, nonce: undefined }), 'it has no nonce'],
    ['has a short nonce', leafBytes({ ...content, nonce: 'AAAA' }), 'its nonce is not valid'],
    [
      'has unused bits in its nonce',
      leafBytes({ ...content, nonce: 'AAAAAAAAAAAAAAAAAAAAAB' }),
      'its nonce is not',
    ],
    ['has a later version', leafBytes({ ...content, v: 2 }), 'it has version 2'],
    ['has an unknown member', leafBytes({ ...content, zz: 1 }), 'it has a member "zz"'],
    [
      'has an impossible day',
      leafBytes({ ...content, occurredAt: '2026-02-30T00:00:00.000Z' }),
      'its occurredAt',
    ],
    ['has another kind of identifier', leafBytes({ ...content, id: 'x' }), 'its id is not'],
    ['is deeply nested', Buffer.from('['.repeat(30_000) + ']'.repeat(30_000)), 'nested more than 64'],
  ])('%s', async (_what, leaf, why) => {
    const log = new ReferenceLog([...makeLeaves(1), leaf, ...makeLeaves(3).slice(2)], [key]);
    expectBroken(await check(log.files()), `leaf 1: ${why.startsWith('it') ? why : ''}`, why);
  });

  it('may contain any text and number of canonical JSON', async () => {
    const details = {
      ä: 'ö “ü” \u2028 \\ " \n',
      '10': 1e21,
      '9': -0.5,
      '€': [],
      nested: { a: [[{}]], b: [1, -2, 0] },
    };
    const log = new ReferenceLog(
      [leafBytes(leafContent(0, { details, personal: null, target: null }))],
      [key],
    );
    expect(await check(log.files())).toMatchObject({ code: 0, errors: '' });
  });
});
