// Checks openapi.json with independent tools. `lint`: Spectral and Redocly, where a warning counts
// as an error. `clients`: two generators, whose clients must compile under `strict` and fit a program that uses them.
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npmCommand } from '../../apps/launcher/npm.mjs';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const CONTRACT = join(HERE, '..', '..', 'openapi.json');
const USE = join(HERE, '..', 'fixtures', 'client', 'use-both-clients.ts');
const INSTALLED = join(HERE, 'node_modules', '.package-lock.json');
const LINTERS = {
  Spectral: (file, folder) => {
    const ruleset = join(folder, 'spectral.json');
    writeFileSync(ruleset, JSON.stringify({ extends: ['spectral:oas'] }));
    return [
      '@stoplight/spectral-cli/dist/index.js',
      'lint',
      '--ruleset',
      ruleset,
      '--fail-severity',
      'hint',
      file,
    ];
  },
  Redocly: (file) => ['@redocly/cli/bin/cli.js', 'lint', '--extends', 'recommended-strict', file],
};

const [command] = process.argv.slice(2);
const work = { lint, clients }[command];
if (!work) throw new Error('Say "lint" or "clients"');
const folder = mkdtempSync(join(tmpdir(), 'veritrail-contract-'));
try {
  await install();
  await work();
} catch (error) {
  process.stderr.write(`${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function lint() {
  const planted = join(folder, 'planted.json');
  writeFileSync(planted, JSON.stringify(withoutOneOperationId()));
  for (const [name, argumentsFor] of Object.entries(LINTERS)) {
    const missed = await tool(argumentsFor(planted, folder)).then(
      () => true,
      () => false,
    );
    if (missed) throw new Error(`${name} does not see a planted fault`);
    await tool(argumentsFor(CONTRACT, folder));
    process.stdout.write(`${name}: no error, no warning\n`);
  }
}

async function clients() {
  await tool(['openapi-typescript/bin/cli.js', CONTRACT, '-o', join(folder, 'types.ts')]);
  await tool(['@hey-api/openapi-ts/bin/run.js', '-i', CONTRACT, '-o', join(folder, 'client'), '--silent']);
  copyFileSync(USE, join(folder, 'use-both-clients.ts'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noUncheckedIndexedAccess: true, noEmit: true, types: [] },
        ...{
          target: 'es2022',
          lib: ['es2022', 'dom', 'dom.iterable'],
          module: 'esnext',
          moduleResolution: 'bundler',
        },
      },
    }),
  );
  await tool(['typescript/bin/tsc', '-p', folder]);
  process.stdout.write('openapi-typescript and @hey-api/openapi-ts: both clients compile under strict\n');
}

function withoutOneOperationId() {
  const contract = JSON.parse(readFileSync(CONTRACT, 'utf8'));
  const [path] = Object.values(contract.paths);
  for (const operation of Object.values(path)) delete operation.operationId;
  return contract;
}

/** Runs one of the installed tools; rejects with its output if it reports errors. */
async function tool([entry, ...args]) {
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' };
  const env = { ...process.env, ...quiet };
  return run(process.execPath, [join(HERE, 'node_modules', entry), ...args], { cwd: folder, env });
}

/** Installs the tools from the lock file without running their scripts, unless they are installed already. */
async function install() {
  const lock = join(HERE, 'package-lock.json');
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stdout.write('Installing the linters and generators of the contract\n');
  mkdirSync(join(HERE, 'node_modules'), { recursive: true });
  const npm = npmCommand();
  const args = [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run(npm.file, args, { ...npm.options, cwd: HERE });
}
