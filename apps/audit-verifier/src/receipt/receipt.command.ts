import { Command } from 'commander';
import { answer } from '../answer.js';
import { givenFile, givenKeys, givenLeaf, repeated } from '../given.js';
import { MOST_CHECKPOINT_BYTES } from '../sources/log-source.js';
import { type Surroundings } from '../surroundings.js';

interface ReceiptOptions {
  readonly key: string[];
  readonly leaf: string;
  readonly document?: string;
  readonly sha256?: string;
  readonly decision?: string;
}

/** `receipt`: one `.tlog-proof` and the leaf it is about. */
export function receiptCommand(surroundings: Surroundings): Command {
  return new Command('receipt')
    .description('check a receipt (.tlog-proof) and the leaf that it is about; tells what the leaf says')
    .argument('<file>', 'the .tlog-proof')
    .requiredOption('--leaf <file>', 'the bytes of the leaf')
    .requiredOption('--key <vkey or file>', 'a key that is believed; repeat for a set', repeated, [])
    .option('--document <id>', 'the document that it must be about')
    .option('--sha256 <hex>', 'the SHA-256 that the decided bytes must have')
    .option('--decision <id>', 'the decision that it must be about')
    .action(async (file: string, options: ReceiptOptions) => {
      surroundings.exitCode = await answer(async () => {
        const { checkReceipt } = await import('./check-receipt.js');
        const keys = givenKeys(options.key);
        const { decision, document, leaf, sha256 } = options;
        const proof = givenFile(file, MOST_CHECKPOINT_BYTES);
        return checkReceipt({ proof, leaf: givenLeaf(leaf), expected: { decision, document, sha256 } }, keys);
      }, surroundings.output);
    });
}
