/*
 * How fast a whole log is checked, beside what one core of the same machine hashes in the same run:
 *   npm run build && node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/verifier-speed.ts [leaves]
 * Times of the processor are what counts: they stay true while others use the machine. The verifier is the built one.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { foldRow, leafHash } from '#libs/merkle';
import { bundleOf, leafBytes, leafContent, MadeKey } from '../support/made-log.js';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const PROGRAM = join(process.cwd(), 'dist/apps/audit-verifier/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'veritrail-speed-'));
const key = new MadeKey();

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Seconds of the processor, all threads together, and of the clock. */
async function costOf(work: () => unknown): Promise<Cost> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
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
    const leaves = Array.from({ length: width }, (_, place) => leafBytes(leafContent(first + place)));
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
  const hash = createHash('sha256');
  for (const bundle of all) hash.update(bundle);
  hash.digest();
}

function hashLeafByLeaf(all: readonly Buffer[]): void {
  for (const bundle of all) {
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      createHash('sha256')
        .update(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)))
        .digest();
    }
  }
}

async function check(threads: number): Promise<void> {
  const { runVerifier } = (await import(PROGRAM.replace('main.js', 'verifier-program.js'))) as {
    runVerifier(args: readonly string[], around: unknown): Promise<number>;
  };
  const output = { out: () => undefined, error: (line: string) => console.error(line) };
  const checkingProgram = new URL(`file://${PROGRAM.replace('main.js', 'log/checking.worker.js')}`);
  const args = ['log', folder, '--key', key.vkey, '--threads', String(threads)];
  const code = await runVerifier(args, { output, checkingProgram });
  if (code !== 0) throw new Error(`The verifier ended with ${code}`);
}

const megabytes = (bytes: number, seconds: number): string => `${(bytes / seconds / 1e6).toFixed(0)} MB/s`;

try {
  const bytes = makeLog();
  console.log(`${COUNT} leaves, ${bytes} bytes, ${(bytes / COUNT).toFixed(0)} each`);
  const all = bundles();
  const plain = await costOf(() => hashInOnePiece(all));
  const each = await costOf(() => hashLeafByLeaf(all));
  all.length = 0;
  console.log(`SHA-256 of all in one piece, one core: ${megabytes(bytes, plain.cpu)}`);
  console.log(`SHA-256 of each leaf, one core:        ${megabytes(bytes, each.cpu)}`);
  const threads = availableParallelism();
  await check(1);
  for (const number of new Set([1, threads])) {
    const cost = await costOf(async () => check(number));
    const perCore = bytes / cost.cpu;
    const inParallel = perCore * number;
    console.log(
      `checked with ${number} thread(s): ${cost.cpu.toFixed(2)} s of processor, ${cost.wall.toFixed(2)} s by the clock; ` +
        `${megabytes(bytes, cost.cpu)} a core = ${(perCore / (bytes / plain.cpu)).toFixed(2)} of one piece, ` +
        `${(perCore / (bytes / each.cpu)).toFixed(2)} of leaf by leaf; ` +
        `${number} core(s) undisturbed ${megabytes(inParallel, 1)} = ${(inParallel / (bytes / plain.cpu)).toFixed(2)} of one piece`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
