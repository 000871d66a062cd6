/*
 * How fast a whole log is checked, beside what one core of the same machine hashes in the same run:
 *   npm run build && node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/verifier-speed.ts [leaves] [rounds]
 * Rounds take turns, and of each thing the best one counts: what else runs on a machine only ever makes things slower. How
 * far rounds differ is told too. The clock says what a person waits for; the time of the processor stays true while others use the machine. The verifier is the
 * built one, each time a new process, its start included.
 */
import { spawnSync } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { foldRow, leafHash } from '#libs/merkle';
import { bundleOf, MadeKey } from '../support/made-log.js';
import { journeyLeaf } from './journey-leaves.js';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const PROGRAM = join(process.cwd(), 'dist/apps/audit-verifier/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'veritrail-speed-'));
const key = new MadeKey();

/** Seconds of the processor, all threads together, and of the clock. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

function costOf(work: () => unknown): Cost {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  work();
  const { system, user } = process.cpuUsage(cpu);
  return { cpu: (system + user) / 1e6, wall: (performance.now() - wall) / 1e3 };
}

const pathOf = (level: number | string, index: number, width: number): string => {
  const digits = String(index).padStart(index > 999 ? 6 : 3, '0');
  const name = digits.length > 3 ? `x${digits.slice(0, 3)}/${digits.slice(3)}` : digits;
  return join(folder, 'tile', String(level), width === 256 ? name : `${name}.p/${width}`);
};

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** Writes a log of leaves as the product writes them, and returns the bytes of all of them together. */
function makeLog(): number {
  let bytes = 0;
  let row: Buffer[] = [];
  for (let first = 0; first < COUNT; first += 256) {
    const width = Math.min(256, COUNT - first);
    const leaves = Array.from({ length: width }, (_, place) => journeyLeaf(first + place));
    const hashes = Buffer.concat(leaves.map(leafHash));
    bytes += leaves.reduce((total, leaf) => total + leaf.length, 0);
    write(pathOf('entries', first / 256, width), bundleOf(leaves));
    write(pathOf(0, first / 256, width), hashes);
    row.push(Buffer.from(foldRow(hashes, width)));
  }
  const root = foldRow(Buffer.concat(row), row.length).toString('base64');
  if (COUNT % 256 > 0) row.pop();
  for (let level = 1; row.length > 0; level++) {
    const above: Buffer[] = [];
    for (let at = 0; at < row.length; at += 256) {
      const part = row.slice(at, at + 256);
      write(pathOf(level, at / 256, part.length), Buffer.concat(part));
      if (part.length === 256) above.push(Buffer.from(foldRow(Buffer.concat(part), 256)));
    }
    row = above;
  }
  const text = `${key.name}\n${COUNT}\n${root}\n`;
  write(join(folder, 'checkpoint'), Buffer.from(`${text}\n${key.signatureOf(text)}`));
  return bytes;
}

function bundles(): Buffer[] {
  const files = readdirSync(join(folder, 'tile/entries'), { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name)));
}

function hashInOnePiece(all: readonly Buffer[]): void {
  const sum = createHash('sha256');
  for (const bundle of all) sum.update(bundle);
  sum.digest();
}

/** In the two ways that Node has: the one that its documentation shows, and the quicker one. */
function hashLeafByLeaf(all: readonly Buffer[], sha256: (leaf: Buffer) => unknown): void {
  for (const bundle of all) {
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      sha256(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
    }
  }
}

/** Has a process say what it has cost when it ends. */
const TELL_COST = `data:text/javascript,process.on('exit', () => console.error(JSON.stringify(process.cpuUsage())))`;

function check(threads: number): Cost {
  const args = ['log', folder, '--key', key.vkey, '--threads', String(threads)];
  const begin = performance.now();
  const run = spawnSync(process.execPath, ['--import', TELL_COST, PROGRAM, ...args], { encoding: 'utf8' });
  const wall = (performance.now() - begin) / 1e3;
  if (run.status !== 0) throw new Error(`The verifier ended with ${run.status}: ${run.stderr}`);
  const { system, user } = JSON.parse(run.stderr.trim().split('\n').at(-1) ?? '') as NodeJS.CpuUsage;
  return { cpu: (system + user) / 1e6, wall };
}

/** The least of each, which may be of two rounds. */
function bestOf(all: readonly Cost[]): Cost {
  return { cpu: Math.min(...all.map(({ cpu }) => cpu)), wall: Math.min(...all.map(({ wall }) => wall)) };
}

const perSecond = (seconds: number): string => `${(bytes / seconds / 1e6).toFixed(0)} MB/s`;

let bytes = 0;
try {
  bytes = makeLog();
  console.log(`${COUNT} leaves, ${bytes} bytes, ${(bytes / COUNT).toFixed(0)} each`);
  const all = bundles();
  const work: Record<string, () => Cost> = {
    'SHA-256 of all bytes in one piece, one core': () => costOf(() => hashInOnePiece(all)),
    'SHA-256 leaf by leaf (crypto.hash), one core': () =>
      costOf(() => hashLeafByLeaf(all, (leaf) => hash('sha256', leaf, 'binary'))),
    'SHA-256 leaf by leaf (createHash), one core': () =>
      costOf(() => hashLeafByLeaf(all, (leaf) => createHash('sha256').update(leaf).digest())),
    'checked with 1 thread': () => check(1),
    [`checked with ${availableParallelism()} threads`]: () => check(availableParallelism()),
  };
  const costs = new Map<string, Cost[]>(Object.keys(work).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, measure] of Object.entries(work)) costs.get(name)?.push(measure());
  }
  const [piece, leaves] = [...costs.values()] as [Cost[], Cost[]];
  for (const [name, measured] of costs) {
    const { cpu, wall } = bestOf(measured);
    const rounds = measured.map((one, round) => ((piece[round]?.wall ?? 0) / one.wall).toFixed(2));
    console.log(
      `${name}: ${cpu.toFixed(2)} s of processor, ${wall.toFixed(2)} s by the clock = ${perSecond(wall)}, ` +
        `${(bestOf(piece).wall / wall).toFixed(2)} of one piece, ${(bestOf(leaves).wall / wall).toFixed(2)} of leaf by leaf ` +
        `(by the processor ${(bestOf(piece).cpu / cpu).toFixed(2)} and ${(bestOf(leaves).cpu / cpu).toFixed(2)}); ` +
        `of one piece, round by round: ${rounds.join(' ')}`,
    );
  }
} finally {
  writeFileSync('/tmp/vlog-key', key.vkey + '\n' + folder);
}
