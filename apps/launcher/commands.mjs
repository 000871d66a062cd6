import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { build } from './build.mjs';
import { FOLLOWS_PARENT, runChild } from './child.mjs';
import { install } from './install.mjs';
import { npmCommand } from './npm.mjs';
import { LaunchError, ROOT } from './project.mjs';

const COMMANDS = { start, test, faults, bench, build: onlyBuild, run };

/** Runs one of the launcher's commands and resolves with its exit code. */
export async function runCommand(name, args) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new LaunchError(`unknown command "${name}": use ${Object.keys(COMMANDS).join(', ')}`);
  }
  await install();
  return command(args);
}

async function start(args) {
  await build();
  const main = join('dist', 'apps', 'cli', 'src', 'main.js');
  const follow = FOLLOWS_PARENT ? ['--exit-with-parent'] : [];
  return runHere(process.execPath, [main, 'up', ...follow, ...args]);
}

async function test(args) {
  await build();
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  return runHere(process.execPath, ['--experimental-vm-modules', jest, ...args]);
}

/** The experiments of test/faults, on what was built. */
async function faults(args) {
  await build();
  return runHere(process.execPath, [join('test', 'faults', 'run.mjs'), ...args]);
}

/** The benchmark of test/bench, on what was built. */
async function bench(args) {
  await build();
  const hooks = join(ROOT, 'test', 'support', 'typescript-hooks.mjs');
  const main = join('test', 'bench', 'main.ts');
  return runHere(process.execPath, ['--conditions=veritrail-source', '--import', hooks, main, ...args]);
}

async function onlyBuild() {
  await build();
  return 0;
}

/** Any program of the project's packages, or npm or node themselves, under this Node. */
async function run([program, ...args]) {
  if (program === undefined) throw new LaunchError('run: say which program');
  if (program === 'node') return runHere(process.execPath, args);
  if (program === 'npm') {
    const npm = npmCommand();
    return runHere(npm.file, [...npm.args, ...args], npm.options);
  }
  const file = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${program}.cmd` : program);
  if (!existsSync(file)) throw new LaunchError(`run: there is no program "${program}" in node_modules`);
  return runHere(file, args, { shell: process.platform === 'win32' });
}

function runHere(file, args, options = {}) {
  const programs = [dirname(process.execPath), join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return runChild(file, args, {
    cwd: ROOT,
    env: { ...process.env, PATH: programs.join(delimiter) },
    ...options,
  });
}
