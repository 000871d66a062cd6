import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { useApi } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { type LogArtefacts, makeArtefacts } from '../support/log-artefacts.js';
import { bytesOf, leavesIn, recordEntries } from '../support/log-reader.js';
import { bundleOf, ReferenceKey, ReferenceLog, writeFiles } from '../support/reference-log.js';
import { HandSealer } from '../support/seal-log.js';
import { verifier, type VerifierRun } from '../support/verifier.js';

/*
 * Every kind of tampering in docs/audit-verifier.md, on a log that the product wrote. The specs of apps/audit-verifier
 * have more cases, on logs that the tests build from the definitions.
 */
let one: LogArtefacts;
let other: LogArtefacts;
let vkey: string;
/** The log as it was served: the material of an attacker without the key. */
let served: Map<string, Buffer>;
let leaves: Buffer[];
/** Signs the same leaves with a key of the test: the material of an attacker with the key. */
const key = new ReferenceKey('test.example/log');
let held: ReferenceLog;
const folder = mkdtempSync(join(tmpdir(), 'veritrail-tampered-'));

const api = useApi();

beforeAll(async () => {
  const sealer = await HandSealer.open(api.database.adminUrl);
  vkey = sealer.signer.verifier.vkey;
  one = await makeArtefacts(api, sealer, join(folder, 'one'));
  await recordEntries(api, 520);
  other = await makeArtefacts(api, sealer, join(folder, 'other'));
  await sealer.close();
  await sleep(300);
  served = new Map();
  const fetched = async (path: string): Promise<Buffer> => {
    const { body } = await bytesOf(api.as('auditor'), `/tlog/${path}`);
    served.set(path, body);
    return body;
  };
  const size = Number(String(await fetched('checkpoint')).split('\n')[1]);
  leaves = [];
  for (let first = 0; first < size; first += 256) {
    const name = `00${first / 256}${size - first < 256 ? `.p/${size - first}` : ''}`;
    leaves.push(...leavesIn(await fetched(`tile/entries/${name}`)));
    await fetched(`tile/0/${name}`);
  }
  await fetched(`tile/1/000.p/${Math.floor(size / 256)}`);
  held = new ReferenceLog(leaves, [key]);
});

afterwards(async () => {
  rmSync(folder, { recursive: true, force: true });
});

async function check(files: ReadonlyMap<string, Uint8Array>, ...options: string[]): Promise<VerifierRun> {
  const place = mkdtempSync(join(folder, 'log-'));
  writeFiles(place, files);
  return verifier('log', place, ...options);
}

/** Checks the served log with different leaves. */
async function checkLeaves(change: (all: Buffer[]) => Buffer[]): Promise<VerifierRun> {
  const changed = change([...leaves]);
  const files = new Map(served);
  [...served.keys()]
    .filter((path) => path.startsWith('tile/entries/'))
    .forEach((path, bundle, all) => {
      const end = bundle === all.length - 1 ? changed.length : (bundle + 1) * 256;
      files.set(path, bundleOf(changed.slice(bundle * 256, end)));
    });
  return check(files, '--key', vkey);
}

function kept(size: number): string {
  const file = join(mkdtempSync(join(folder, 'kept-')), 'checkpoint');
  writeFileSync(file, held.checkpoint(size));
  return file;
}

const broken = (why: RegExp): object => ({ code: 1, errors: expect.stringMatching(why) });
const replaced = (leaf: Buffer, from: string | RegExp, to: string): Buffer =>
  Buffer.from(leaf.toString().replace(from, to));

describe('on a log that the product wrote', () => {
  it('the verifier accepts the log as served, and with the key of the test', async () => {
    expect(leaves.length).toBeGreaterThan(520);
    expect(await check(served, '--key', vkey)).toMatchObject({ code: 0, errors: '' });
    expect(await check(held.files(), '--key', key.vkey)).toMatchObject({ code: 0, errors: '' });
  });

  it('the verifier names a changed leaf', async () => {
    const run = await checkLeaves((all) => all.with(300, replaced(all[300]!, 'succeeded', 'succeedee')));
    expect(run).toMatchObject(broken(/^BROKEN leaf 300: it is not what was logged/m));
  });

  it('the verifier names a deleted leaf', async () => {
    expect(await checkLeaves((all) => all.toSpliced(20, 1))).toMatchObject(
      broken(/^BROKEN leaf 20: it is missing/m),
    );
  });

  it('the verifier names an inserted leaf', async () => {
    const run = await checkLeaves((all) =>
      all.toSpliced(40, 0, replaced(all[40]!, /"nonce":"./, '"nonce":"-')),
    );
    expect(run).toMatchObject(broken(/^BROKEN leaf 40: it does not belong to the log/m));
  });

  it('the verifier names both of two exchanged leaves', async () => {
    const run = await checkLeaves((all) => all.with(7, all[9]!).with(9, all[7]!));
    expect(run).toMatchObject(broken(/^BROKEN leaf 7: it has changed places with leaf 9/m));
  });

  it('the verifier names exchanged bundles', async () => {
    const run = await checkLeaves((all) => [...all.slice(256, 512), ...all.slice(0, 256), ...all.slice(512)]);
    expect(run).toMatchObject(broken(/^BROKEN bundle 0: it was given another number/m));
  });

  it('the verifier detects a truncated end, by its first missing leaf and with an older checkpoint', async () => {
    const last = leaves.length - 1;
    expect(await checkLeaves((all) => all.slice(0, last))).toMatchObject(
      broken(new RegExp(`^BROKEN leaf ${last}: it is missing`, 'm')),
    );
    const cut = new ReferenceLog(leaves.slice(0, 500), [key]).files();
    expect(await check(cut, '--key', key.vkey)).toMatchObject({ code: 0 });
    expect(await check(cut, '--key', key.vkey, '--since', kept(520))).toMatchObject(
      broken(/the log was cut off: it had 520 leaves and now has 500/),
    );
  });

  it('the verifier detects a replaced history with an older checkpoint', async () => {
    const changed = leaves.with(3, replaced(leaves[3]!, /"nonce":"./, '"nonce":"-'));
    const files = new ReferenceLog(changed, [key]).files();
    expect(await check(files, '--key', key.vkey)).toMatchObject({ code: 0 });
    expect(await check(files, '--key', key.vkey, '--since', kept(520))).toMatchObject(
      broken(/history was rewritten: the first 520 leaves do not have the root/),
    );
  });

  it('the verifier refuses a signature by another key and names the signer', async () => {
    expect(await check(held.files(), '--key', vkey)).toMatchObject(
      broken(/the checkpoint: it is not signed by any of the given keys, but by /),
    );
  });

  it('the verifier names a backdated leaf, by the leaves before it or by its own identifier', async () => {
    const day = (text: string): string => text.replace(/"occurredAt":"\d{4}/, '"occurredAt":"2001');
    const dated = leaves.with(200, Buffer.from(day(leaves[200]!.toString())));
    expect(await check(new ReferenceLog(dated, [key]).files(), '--key', key.vkey)).toMatchObject(
      broken(/^BROKEN leaf 200: its time is 2001-\S+, but its identifier was made at /m),
    );
    const { id, occurredAt } = JSON.parse(leaves[200]!.toString()) as { id: string; occurredAt: string };
    const earlier = Date.parse(occurredAt) - 3_600_000;
    const digits = earlier.toString(16).padStart(12, '0');
    const both = leaves[200]!
      .toString()
      .replace(occurredAt, new Date(earlier).toISOString())
      .replace(id, `${digits.slice(0, 8)}-${digits.slice(8)}${id.slice(13)}`);
    const run = await check(
      new ReferenceLog(leaves.with(200, Buffer.from(both)), [key]).files(),
      '--key',
      key.vkey,
    );
    expect(run).toMatchObject(
      broken(/^BROKEN leaf 200: backdated: its time is \S+, 3[56]\d\d s before leaf \d+/m),
    );
  });

  it('the receipt of another document does not match the leaf, and with its own leaf it names that document', async () => {
    const receipt = async (proof: string, leaf: string): Promise<VerifierRun> =>
      verifier('receipt', proof, '--leaf', leaf, '--key', vkey, '--document', one.documentId);
    expect(await receipt(one.receipt, one.leaf)).toMatchObject({ code: 0, errors: '' });
    expect(await receipt(other.receipt, one.leaf)).toMatchObject(
      broken(/the leaf is not leaf \d+ of this log: it is a different leaf, or was changed/),
    );
    expect(await receipt(other.receipt, other.leaf)).toMatchObject(
      broken(new RegExp(`it is about the document ${other.documentId}, not ${one.documentId}`)),
    );
  });
});
