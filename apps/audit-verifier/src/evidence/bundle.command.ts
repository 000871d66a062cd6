import { statSync } from 'node:fs';
import { Command } from 'commander';
import { answer } from '../answer.js';
import { type Verdict } from '../findings.js';
import { givenKeys, repeated } from '../given.js';
import { type Expected } from '../receipt/check-receipt.js';
import { type Surroundings } from '../surroundings.js';

interface BundleOptions extends Expected {
  readonly key: string[];
}

/** `bundle`: the evidence about one document. */
export function bundleCommand(surroundings: Surroundings): Command {
  return new Command('bundle')
    .description('check an evidence bundle: the ZIP, or the folder that was in it')
    .argument('<file or folder>', 'the bundle')
    .requiredOption('--key <vkey or file>', 'a key that is believed; repeat for a set', repeated, [])
    .option('--document <id>', 'the document that it must be about')
    .option('--sha256 <hex>', 'the SHA-256 that the decided bytes must have')
    .option('--decision <id>', 'the decision that it must be about')
    .action(async (place: string, options: BundleOptions) => {
      surroundings.exitCode = await answer(async () => checkPlace(place, options), surroundings.output);
    });
}

async function checkPlace(place: string, { key, ...expected }: BundleOptions): Promise<Verdict> {
  // Asked for only here: whoever checks a log need not wait for what reads archives.
  const [{ checkEvidence }, { FolderFiles }, { ZipFiles }] = await Promise.all([
    import('./check-evidence.js'),
    import('./folder-files.js'),
    import('./zip-files.js'),
  ]);
  const keys = givenKeys(key);
  const files = statSync(place).isDirectory() ? new FolderFiles(place) : await ZipFiles.open(place);
  try {
    return await checkEvidence(files, keys, expected);
  } finally {
    await files.close();
  }
}
