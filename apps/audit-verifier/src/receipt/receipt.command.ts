import { Command } from 'commander';
import {
  KEY_OPTION,
  MAX_CHECKPOINT_BYTES,
  MAX_LEAF_BYTES,
  type ProgramRun,
  readFileOption,
  readKeys,
  repeated,
} from '#libs/log-check';
import { checkReceipt } from './check-receipt.js';
import { type Expected, withExpectedOptions } from './expected.js';

interface ReceiptOptions extends Expected {
  readonly key: string[];
  readonly leaf: string;
}

/** `receipt`: verifies one `.tlog-proof` and its leaf. */
export function receiptCommand(run: ProgramRun): Command {
  const command = new Command('receipt')
    .description('verify a receipt (.tlog-proof) and its leaf, and describe the leaf')
    .argument('<file>', 'the .tlog-proof file')
    .requiredOption('--leaf <file>', 'the bytes of the leaf')
    .requiredOption(...KEY_OPTION, repeated, []);
  return withExpectedOptions(command).action(async (file: string, options: ReceiptOptions) =>
    run.check(async () => {
      const { key, leaf, ...expected } = options;
      const keys = readKeys(key);
      const proof = readFileOption(file, MAX_CHECKPOINT_BYTES);
      return checkReceipt({ proof, leaf: readFileOption(leaf, MAX_LEAF_BYTES), expected }, keys);
    }),
  );
}
