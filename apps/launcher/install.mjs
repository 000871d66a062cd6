import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { collectChild } from './child.mjs';
import { fingerprint, isStamped, writeStamp } from './fingerprint.mjs';
import { oneAtATime } from './lock.mjs';
import { npmCommand } from './npm.mjs';
import { LaunchError, ROOT, say } from './project.mjs';

const STAMP = join('node_modules', '.veritrail-install');

/** Makes node_modules what package-lock.json says. Does nothing, and asks no network, when it is so already. */
export async function install() {
  // Whoever linked node_modules here from elsewhere looks after it.
  if (lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (isStamped(STAMP, wanted())) return;
  await oneAtATime(async () => {
    if (isStamped(STAMP, wanted())) return;
    say('installing packages');
    const begin = performance.now();
    const npm = npmCommand();
    // Named one by one: NODE_ENV=production or a personal npm setting would leave out what the build needs.
    const args = [
      ...npm.args,
      'ci',
      '--include=dev',
      '--include=optional',
      '--loglevel=error',
      '--no-progress',
    ];
    const { code, stdout, stderr } = await collectChild(npm.file, args, { cwd: ROOT, ...npm.options });
    if (code !== 0) throw new LaunchError(`npm ci failed with exit code ${code}:\n${stdout}${stderr}`);
    writeStamp(STAMP, wanted());
    say(`installed in ${Math.round((performance.now() - begin) / 1000)} s`);
  });
}

function wanted() {
  const [major] = process.versions.node.split('.');
  return `${fingerprint(['package-lock.json'])} node-${major} ${process.platform}-${process.arch}`;
}
