import { statSync } from 'node:fs';
import { Command } from 'commander';
import { KEY_OPTION, type ProgramRun, readKeys, repeated, type Verdict } from '#libs/log-check';
import { type Expected, withExpectedOptions } from '../receipt/expected.js';
import { checkEvidence } from './check-evidence.js';
import { FolderFiles } from './folder-files.js';
import { ZipFiles } from './zip-files.js';

interface BundleOptions extends Expected {
  readonly key: string[];
}

/** `bundle`: verifies the evidence about one document. */
export function bundleCommand(run: ProgramRun): Command {
  const command = new Command('bundle')
    .description('verify an evidence bundle: the ZIP file, or the folder that was in it')
    .argument('<file or folder>', 'the bundle')
    .requiredOption(...KEY_OPTION, repeated, []);
  return withExpectedOptions(command).action(async (place: string, options: BundleOptions) =>
    run.check(async () => checkPlace(place, options)),
  );
}

async function checkPlace(place: string, { key, ...expected }: BundleOptions): Promise<Verdict> {
  const keys = readKeys(key);
  const files = statSync(place).isDirectory() ? new FolderFiles(place) : await ZipFiles.open(place);
  try {
    return await checkEvidence(files, keys, expected);
  } finally {
    await files.close();
  }
}
