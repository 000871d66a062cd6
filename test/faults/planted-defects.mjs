// Shows that every experiment can fail: plants one defect for each experiment in a copy of the built product and demands
// that the experiment finds it:
//   node test/faults/planted-defects.mjs            every defect, about twenty minutes
//   node test/faults/planted-defects.mjs F05 J1     selected experiments
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLANTED } from './support/planted.ts';

const root = join(import.meta.dirname, '../..');

const wanted = process.argv.slice(2).map((name) => name.toUpperCase());
let missed = 0;
for (const [experiment, planted] of Object.entries(PLANTED)) {
  if (wanted.length > 0 && !wanted.includes(experiment)) continue;
  const { failed, seen } = runWith(experiment, planted);
  const found = failed && (planted.seenAs?.test(seen) ?? true);
  if (!found) missed += 1;
  console.log(
    `${experiment} ${found ? 'found' : 'MISSED'}: ${planted.defect}${failed ? `\n      ${seen}` : ''}`,
  );
}
process.exitCode = missed > 0 ? 1 : 0;

function runWith(experiment, { file, from, to }) {
  const product = mkdtempSync(join(tmpdir(), 'veritrail-planted-'));
  try {
    cpSync(join(root, 'dist'), join(product, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(product, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(product, 'node_modules'));
    const path = join(product, 'dist', file);
    const parts = readFileSync(path, 'utf8').split(from);
    if (parts.length !== 2)
      throw new Error(`${experiment}: ${file} holds "${from}" ${parts.length - 1} times`);
    writeFileSync(path, parts.join(to));
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'run.mjs'), '--quick', experiment],
      { env: { ...process.env, FAULTS_PRODUCT: product }, encoding: 'utf8' },
    );
    const lines = `${stdout}${stderr}`.split('\n').map((line) => line.trim());
    const begin = lines.findIndex((line) => line.startsWith('●'));
    const seen = lines.slice(begin, begin + 30).filter((line) => /^[+\-●]|Received|Expected/.test(line));
    return { failed: status !== 0, seen: seen.slice(0, 8).join('\n      ') };
  } finally {
    rmSync(product, { recursive: true, force: true });
  }
}
