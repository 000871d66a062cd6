// Runs the experiments of docs/faults.md in sequence, against the built product.
//   npm run test:faults                  all experiments
//   npm run test:faults -- F05 J1        selected experiments
//   npm run test:faults -- --quick       fewer rounds and shorter faults, for every push
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--quick');
const specs = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.fault-spec.ts'));

const unknown = wanted.filter((name) => !specs.some((spec) => isNamed(spec, name)));
if (unknown.length > 0) {
  fail(
    `There is no experiment ${unknown.join(', ')}: there are ${specs.map((spec) => nameOf(spec)).join(', ')}`,
  );
}
if (!existsSync(join(root, 'dist/apps/api/src/main.js')))
  fail('The product is not built: run npm run build first');

const chosen = specs.filter((spec) => wanted.length === 0 || wanted.some((name) => isNamed(spec, name)));
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules/jest/bin/jest.js'),
  '--config',
  join(import.meta.dirname, 'jest.config.mjs'),
  '--runInBand',
  '--runTestsByPath',
  ...chosen.map((spec) => join(import.meta.dirname, spec)),
];
const child = spawn(process.execPath, jest, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FAULTS_QUICK: quick ? '1' : '' },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => (process.exitCode = signal ? 1 : (code ?? 1)));

function nameOf(spec) {
  return spec.split('-')[0].toUpperCase();
}

function isNamed(spec, name) {
  return nameOf(spec) === name.toUpperCase();
}

function fail(reason) {
  console.error(reason);
  process.exit(2);
}
