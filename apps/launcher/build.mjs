import { join } from 'node:path';
import { collectChild } from './child.mjs';
import { fingerprint, filesBelow, isStamped, writeStamp } from './fingerprint.mjs';
import { oneAtATime } from './lock.mjs';
import { LaunchError, ROOT, say } from './project.mjs';

const STAMP = join('dist', '.veritrail-build');
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const isSource = (name) => name.endsWith('.ts') && !name.endsWith('-spec.ts') && !name.endsWith('.spec.ts');

/** Compiles everything into dist when a source changed since the last time. */
export async function build() {
  if (isStamped(STAMP, wanted())) return;
  await oneAtATime(async () => {
    const stamp = wanted();
    if (isStamped(STAMP, stamp)) return;
    say('building');
    const begin = performance.now();
    const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    const { code, stdout, stderr } = await collectChild(process.execPath, [nest, 'build', 'api'], {
      cwd: ROOT,
    });
    if (code !== 0) throw new LaunchError(`the build failed:\n${stdout}${stderr}`);
    writeStamp(STAMP, stamp);
    say(`built in ${Math.round((performance.now() - begin) / 1000)} s`);
  });
}

function wanted() {
  const sources = ['apps', 'libs', 'migrations'].flatMap((folder) => filesBelow(folder, isSource));
  return fingerprint([...SETTINGS, ...sources]);
}
