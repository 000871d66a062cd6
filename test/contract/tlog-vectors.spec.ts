import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { leafHash } from '#libs/merkle';
import {
  CompactRange,
  consistencyProof,
  entriesPath,
  inclusionProof,
  NoteVerifier,
  openNote,
  parseCheckpoint,
  provesConsistency,
  provesInclusion,
  type Tile,
  tilePath,
} from '#libs/tlog';
import { readCanonicalJson } from '../../libs/log-check/src/leaf/canonical-json.js';
import { openNote as openNoteForVerifier } from '../../libs/log-check/src/core/signed-note.js';
import { parseVerifierKey } from '../../libs/log-check/src/core/verifier-key.js';
import { rootOfPath } from '../../libs/log-check/src/proof/inclusion.js';
import { verifier as auditVerifier } from '../support/verifier.js';

/*
 * The public vectors are fetched, never committed. VERITRAIL_VECTORS names a folder of check-outs:
 *   merkle/ (transparency-dev/merkle)   tessera/ (transparency-dev/tessera)
 *   C2SP/ (C2SP/C2SP)                   json-canonicalization/ (cyberphone/json-canonicalization)
 * Both the product and audit-verifier are tested with them: they share only the hashes of two nodes.
 */
const VECTORS = process.env['VERITRAIL_VECTORS'] ?? '';

function vectorsOf(name: string): { run: typeof describe; folder: string; title: (text: string) => string } {
  const folder = join(VECTORS, name);
  const reason = VECTORS === '' ? 'VERITRAIL_VECTORS is not set' : `there is no ${folder}`;
  const isThere = VECTORS !== '' && existsSync(folder);
  if (!isThere) process.stderr.write(`Skipped: the vectors of ${name}: ${reason}\n`);
  return {
    run: isThere ? describe : describe.skip,
    folder,
    title: (text) => (isThere ? text : `${text} (skipped: ${reason})`),
  };
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

const bytes = (text: string | null): Buffer => Buffer.from(text ?? '', 'base64');

interface Probe {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
}
type InclusionProbe = Probe & { leafIdx: number; treeSize: number; root: string; leafHash: string };
type ConsistencyProbe = Probe & { size1: number; size2: number; root1: string; root2: string };

const merkle = vectorsOf('merkle');
merkle.run(merkle.title('the probes of transparency-dev/merkle'), () => {
  const files = (kind: string): string[] => globSync(join(merkle.folder, 'testdata', kind, '**/*.json'));

  it('give the expected result for 98 inclusion proofs', () => {
    const probes = files('inclusion').map((file) => read<InclusionProbe>(file));
    expect(probes).toHaveLength(98);
    for (const probe of probes) {
      const claim = {
        index: probe.leafIdx,
        size: probe.treeSize,
        root: bytes(probe.root),
        leafHash: bytes(probe.leafHash),
      };
      const path = (probe.proof ?? []).map(bytes);
      const reached = rootOfPath(claim.index, claim.size, claim.leafHash, path);
      const verdict = {
        desc: probe.desc,
        sound: provesInclusion(path, claim),
        verified: reached !== null && claim.root.equals(reached),
      };
      expect(verdict).toEqual({ desc: probe.desc, sound: !probe.wantErr, verified: !probe.wantErr });
    }
  });

  it('give the expected result for 98 consistency proofs', () => {
    const probes = files('consistency').map((file) => read<ConsistencyProbe>(file));
    expect(probes).toHaveLength(98);
    for (const probe of probes) {
      const claim = {
        from: probe.size1,
        to: probe.size2,
        fromRoot: bytes(probe.root1),
        toRoot: bytes(probe.root2),
      };
      const verdict = { desc: probe.desc, sound: provesConsistency((probe.proof ?? []).map(bytes), claim) };
      expect(verdict).toEqual({ desc: probe.desc, sound: !probe.wantErr });
    }
  });
});

const tessera = vectorsOf('tessera');
tessera.run(tessera.title('the log of transparency-dev/tessera'), () => {
  const log = join(tessera.folder, 'testdata/log');
  const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
  const verifier = NoteVerifier.parse(vkey);
  const checkpointOf = (size: number): ReturnType<typeof parseCheckpoint> =>
    parseCheckpoint(openNote(readFileSync(join(log, `checkpoint.${size}`), 'utf8'), [verifier]));
  const tiles = {
    read: async (wanted: readonly Tile[]) => wanted.map((tile) => readFileSync(join(log, tilePath(tile)))),
  };

  it('has 16 valid checkpoints, with entry bundles and tiles under their roots', () => {
    const range = CompactRange.of(0, []);
    expect(Buffer.from(range.root()).equals(checkpointOf(0).root)).toBe(true);
    for (let size = 1; size <= 15; size++) {
      const bundle = readFileSync(join(log, entriesPath(0, size)));
      const leaves: Buffer[] = [];
      for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
        leaves.push(leafHash(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))));
      }
      expect(leaves).toHaveLength(size);
      range.append(leaves.at(-1)!);
      expect(readFileSync(join(log, tilePath({ level: 0, index: 0, width: size })))).toEqual(
        Buffer.concat(leaves),
      );
      expect(checkpointOf(size)).toMatchObject({ origin: 'example.com/log/testdata', size });
      expect(Buffer.from(range.root()).equals(checkpointOf(size).root)).toBe(true);
    }
  });

  it('has proofs for all 120 leaves and all 120 pairs of sizes', async () => {
    let proved = 0;
    for (let size = 1; size <= 15; size++) {
      const { root } = checkpointOf(size);
      const hashes = readFileSync(join(log, tilePath({ level: 0, index: 0, width: size })));
      for (let index = 0; index < size; index++) {
        const claim = { index, size, root, leafHash: hashes.subarray(index * 32, index * 32 + 32) };
        const from = index + 1;
        const older = { from, to: size, fromRoot: checkpointOf(from).root, toRoot: root };
        expect(provesInclusion(await inclusionProof(tiles, index, size), claim)).toBe(true);
        expect(provesConsistency(await consistencyProof(tiles, from, size), older)).toBe(true);
        proved++;
      }
    }
    expect(proved).toBe(120);
  });

  it('is accepted by audit-verifier at each of its 16 sizes, consistent with all earlier ones', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'veritrail-tessera-'));
    cpSync(log, folder, { recursive: true });
    const older: string[] = [];
    for (let size = 0; size <= 15; size++) {
      cpSync(join(log, `checkpoint.${size}`), join(folder, 'checkpoint'));
      older.push('--since', join(log, `checkpoint.${size}`));
      const run = await auditVerifier('log', folder, '--hashes-only', '--key', vkey, ...older);
      expect(run).toMatchObject({ code: 0, errors: '' });
      expect(run.out.match(/^continues /gm)).toHaveLength(size + 1);
    }
    rmSync(folder, { recursive: true });
  });
});

const c2sp = vectorsOf('C2SP');
c2sp.run(c2sp.title('the example of C2SP signed-note'), () => {
  it('is verified with its verifier key', () => {
    const example =
      readFileSync(join(c2sp.folder, 'signed-note.md'), 'utf8').split('### Example').at(-1) ?? '';
    const [, vkey = '', note = ''] = /\n {4}(\S+)\n[^]*?```\n([^]*?)```/.exec(example) ?? [];
    expect(openNote(note, [NoteVerifier.parse(vkey)])).toBe('This is an example message.\n');
    const keys = [parseVerifierKey(vkey)];
    expect(openNoteForVerifier(Buffer.from(note), keys, 'it')).toBe('This is an example message.\n');
  });
});

const canonical = vectorsOf('json-canonicalization');
canonical.run(canonical.title('the vectors of RFC 8785'), () => {
  it('6 documents are canonical to the byte', () => {
    const files = globSync(join(canonical.folder, 'testdata/input/*.json'));
    expect(files).toHaveLength(6);
    for (const file of files) {
      const expected = readFileSync(file.replace('/input/', '/output/'), 'utf8');
      expect(canonicalize(read(file))).toBe(expected);
      expect(readCanonicalJson(Buffer.from(expected))).toEqual({ value: read(file) });
      expect(readCanonicalJson(readFileSync(file))).toHaveProperty('problem');
    }
  });
});
