import { join } from 'node:path';
import { collectChild } from './child.mjs';
import { fingerprint, filesBelow, isStamped, writeStamp } from './fingerprint.mjs';
import { oneAtATime } from './lock.mjs';
import { LaunchError, ROOT } from './project.mjs';
import { step } from './step.mjs';

const STAMP = join('dist', '.veritrail-build');
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const DURATION = { usual: 15, slow: 'The compiler needs one free core and about 1 GB of memory.' };
const isSource = (name) => name.endsWith('.ts') && !name.endsWith('-spec.ts') && !name.endsWith('.spec.ts');

/** Compiles everything into dist when a source changed since the last time. */
export async function build() {
  if (isStamped(STAMP, wanted())) return;
  await oneAtATime(async () => {
    const stamp = wanted();
    if (isStamped(STAMP, stamp)) return;
    await step('Build', DURATION, async () => {
      const nest = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
      const { code, stdout, stderr } = await collectChild(process.execPath, [nest, 'build', 'api'], {
        cwd: ROOT,
      });
      if (code !== 0) throw new LaunchError(`The sources could not be compiled:\n${stdout}${stderr}`);
      writeStamp(STAMP, stamp);
    });
  });
}

function wanted() {
  const sources = ['apps', 'libs', 'migrations'].flatMap((folder) => filesBelow(folder, isSource));
  return fingerprint([...SETTINGS, ...sources]);
}
