import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isStamped, writeStamp } from './fingerprint.mjs';
import { oneAtATime } from './lock.mjs';
import { npmFailure, runNpm } from './npm.mjs';
import { ROOT } from './project.mjs';
import { step } from './step.mjs';

const STAMP = join('node_modules', '.veritrail-install');
const DURATION = {
  usual: 25,
  slow: 'npm downloads about 95 MB the first time: on a slow connection this takes minutes.',
};
// Named one by one: NODE_ENV=production or a personal npm setting would leave out what the build needs.
const ARGS = ['--include=dev', '--include=optional', '--loglevel=error', '--no-progress'];

/** Makes node_modules what package-lock.json says. Does nothing, and asks no network, when it is so already. */
export async function install() {
  // A linked node_modules is looked after where it lies.
  if (lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (isStamped(STAMP, wanted())) return;
  await oneAtATime(async () => {
    if (isStamped(STAMP, wanted())) return;
    await step('Install packages', DURATION, async () => {
      const result = await runNpm('ci', ARGS);
      if (result.code !== 0) throw npmFailure('The packages could not be installed', result);
      writeStamp(STAMP, wanted());
    });
  });
}

function wanted() {
  const [major] = process.versions.node.split('.');
  return `${fingerprint(['package-lock.json'])} node-${major} ${process.platform}-${process.arch}`;
}
