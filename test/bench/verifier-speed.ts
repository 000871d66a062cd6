/*
 * The time of audit-verifier for a whole log. A log of 1,000,000 leaves must take at most 30 s on two cores:
 *   npm run build && node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/verifier-speed.ts [leaves] [rounds] [threads...]
 * Each measurement runs the built program in a new process. The variants take turns; the best round of each counts, because
 * other work on the machine only makes it slower, and all rounds are printed. The same rounds measure the time to hash every
 * leaf on one core, for comparison.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { foldRow, leafHash } from '#libs/merkle';
import { bundleOf, ReferenceKey } from '../support/reference-log.js';
import { journeyLeaf } from './journey-leaves.js';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const THREADS = process.argv.length > 4 ? process.argv.slice(4).map(Number) : [1, availableParallelism()];
const PROGRAM = join(process.cwd(), 'dist/apps/audit-verifier/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'veritrail-speed-'));
const key = new ReferenceKey();

/** Processor time of all threads and wall-clock time in seconds, and the peak memory of the process in MiB. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number;
}

function costOf(work: () => unknown): Cost {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  work();
  const { system, user } = process.cpuUsage(cpu);
  return { cpu: (system + user) / 1e6, wall: (performance.now() - wall) / 1e3, memory: 0 };
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

/** Writes a log with leaves like those of the product, and returns the bytes of all leaves. */
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

/** One by one: the memory of this process would count as memory of the processes that it starts. */
function* bundles(): Generator<Buffer> {
  const files = readdirSync(join(folder, 'tile/entries'), { recursive: true, withFileTypes: true });
  for (const file of files) if (file.isFile()) yield readFileSync(join(file.parentPath, file.name));
}

function hashLeaves(): void {
  for (const bundle of bundles()) {
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      leafHash(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
    }
  }
}

/** Makes a process write its processor time and memory when it ends. */
const WRITE_COST = `data:text/javascript,process.on('exit', () => console.error(JSON.stringify(process.resourceUsage())))`;

function verify(threads: number): Cost {
  const args = ['log', folder, '--key', key.vkey, '--threads', String(threads)];
  const begin = performance.now();
  const run = spawnSync(process.execPath, ['--import', WRITE_COST, PROGRAM, ...args], { encoding: 'utf8' });
  const wall = (performance.now() - begin) / 1e3;
  if (run.status !== 0) throw new Error(`audit-verifier ended with ${run.status}: ${run.stderr}`);
  const usage = JSON.parse(run.stderr.trim().split('\n').at(-1) ?? '') as NodeJS.ResourceUsage;
  const { maxRSS, systemCPUTime, userCPUTime } = usage;
  return { cpu: (systemCPUTime + userCPUTime) / 1e6, wall, memory: maxRSS / 1024 };
}

const LIMIT_SECONDS = 30;
const bestWall = (rounds: readonly Cost[]): number => Math.min(...rounds.map(({ wall }) => wall));
const listed = (numbers: readonly number[]): string => numbers.map((one) => one.toFixed(2)).join(' ');

try {
  const bytes = makeLog();
  console.log(`${COUNT} leaves, ${(bytes / COUNT).toFixed(0)} bytes each`);
  const work: Record<string, () => Cost> = {
    'reading and hashing the leaves on one core': () => costOf(hashLeaves),
    ...Object.fromEntries(
      THREADS.map((threads) => [`verified with ${threads} thread(s)`, () => verify(threads)]),
    ),
  };
  const costs = new Map<string, Cost[]>(Object.keys(work).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, measure] of Object.entries(work)) costs.get(name)?.push(measure());
  }
  for (const [name, rounds] of costs) {
    console.log(
      `${name}: ${bestWall(rounds).toFixed(2)} s (all rounds: ${listed(rounds.map(({ wall }) => wall))}; ` +
        `processor: ${listed(rounds.map(({ cpu }) => cpu))}; ` +
        `memory: ${Math.max(...rounds.map(({ memory }) => memory)).toFixed(0)} MiB)`,
    );
  }
  const best = bestWall([...costs.values()].at(-1) ?? []);
  const limit = (LIMIT_SECONDS * COUNT) / 1e6;
  console.log(`limit ${limit.toFixed(1)} s: ${best <= limit ? 'met' : 'missed'}`);
  if (best > limit) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
