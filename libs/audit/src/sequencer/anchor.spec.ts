import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leafHash } from '#libs/merkle';
import { checkpointText, NoteSigner, signNote } from '#libs/tlog';
import { Anchor, AnchorError } from './anchor.js';

const ORIGIN = 'log.example.com/test';
const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function note(size: number, origin = ORIGIN): string {
  const root = leafHash(Buffer.from(String(size)));
  return signNote(checkpointText({ origin, size, root }), [NoteSigner.fromPem(origin, PEM)]);
}

describe('the anchor of a log', () => {
  let folder: string;
  let anchor: Anchor;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'veritrail-anchor-')), 'not', 'yet');
    anchor = new Anchor(folder, ORIGIN);
  });
  afterEach(() => rmSync(join(folder, '..', '..'), { recursive: true }));

  it('is null before the first write', async () => {
    expect(await anchor.read()).toBeNull();
  });

  it('is the last written checkpoint, in one file that only its owner may read', async () => {
    await anchor.write(1, note(1));
    await anchor.write(20, note(20));
    expect(await anchor.read()).toEqual({ origin: ORIGIN, size: 20, root: leafHash(Buffer.from('20')) });
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('is not set back by a former leader', async () => {
    await anchor.write(20, note(20));
    await anchor.write(3, note(3));
    expect((await anchor.read())?.size).toBe(20);
    await anchor.write(100_000, note(100_000));
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is the largest of several concurrent writes', async () => {
    const sizes = Array.from({ length: 20 }, (_, at) => at + 1);
    await Promise.all(sizes.map((size) => anchor.write(size, note(size))));
    expect((await anchor.read())?.size).toBe(20);
  });

  it('is separate for each origin', async () => {
    const other = new Anchor(folder, 'log.example.com/other');
    await anchor.write(20, note(20));
    expect(await other.read()).toBeNull();
    await other.write(3, note(3, 'log.example.com/other'));
    expect((await anchor.read())?.size).toBe(20);
    expect((await other.read())?.size).toBe(3);
  });

  it('ignores the temporary file of an interrupted write', async () => {
    await anchor.write(20, note(20));
    writeFileSync(join(folder, '.0123456789abcdef-0123456789ab'), note(21).slice(0, 30));
    expect((await anchor.read())?.size).toBe(20);
  });

  it.each([
    ['nothing', ''],
    ['half a note', note(21).slice(0, 60)],
    ['a checkpoint of a different size', note(22)],
  ])('is refused when its file contains %s', async (_, text) => {
    await anchor.write(20, note(20));
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name.replace('20.', '21.')), text);
    await expect(anchor.read()).rejects.toBeInstanceOf(AnchorError);
  });

  it('is refused when its folder is a file', async () => {
    mkdirSync(join(folder, '..'), { recursive: true });
    writeFileSync(folder, '');
    await expect(anchor.read()).rejects.toThrow(AnchorError);
    await expect(anchor.write(1, note(1))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
