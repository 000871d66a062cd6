import { availableParallelism } from 'node:os';
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { answer } from '../answer.js';
import { type Verdict } from '../findings.js';
import { openCheckpoint } from '../formats/checkpoint.js';
import { givenCheckpoints, givenKeys, repeated, wholeNumber } from '../given.js';
import { openSource } from '../sources/source-place.js';
import { type Surroundings } from '../surroundings.js';
import { LocalCheckers } from './bundle-checkers.js';
import { checkLog } from './check-log.js';
import { DEFAULT_TOLERANCE_SECONDS } from './time-order.js';
import { ThreadedCheckers } from './threaded-checkers.js';

interface LogOptions {
  readonly key: string[];
  readonly since: string[];
  readonly token?: string;
  readonly tolerance: number;
  readonly clockChange: string[];
  readonly hashesOnly?: true;
  readonly threads: number;
  readonly keep?: string;
}

/** `log`: a whole log, from a server or a folder. */
export function logCommand(surroundings: Surroundings): Command {
  return new Command('log')
    .description('check a whole log: every leaf, every tile, the root that was signed')
    .argument('<place>', 'the prefix of a served log (https://…/tlog) or a folder of tiles')
    .requiredOption('--key <vkey or file>', 'a key that is believed; repeat for a set', repeated, [])
    .option(
      '--since <file>',
      'a checkpoint, or a receipt with one, from before; repeat for more',
      repeated,
      [],
    )
    .addOption(new Option('--token <token>', 'an auditor’s access token, for entries').env('VERITRAIL_TOKEN'))
    .option(
      '--tolerance <seconds>',
      'how far a leaf may be older than one before it',
      wholeNumber,
      DEFAULT_TOLERANCE_SECONDS,
    )
    .option(
      '--clock-change <index>',
      'a leaf from which on a clock is known to have been corrected',
      repeated,
      [],
    )
    .option('--hashes-only', 'check the tree without its leaves, for whoever may not read them')
    .option('--threads <number>', 'threads to check with', wholeNumber, Math.min(availableParallelism(), 16))
    .option('--keep <file>', 'write the checkpoint there when all is sound, for the next --since')
    .action(async (place: string, options: LogOptions) => {
      surroundings.exitCode = await answer(
        async () => checkPlace(place, options, surroundings),
        surroundings.output,
      );
    });
}

async function checkPlace(
  place: string,
  options: LogOptions,
  { checkingProgram }: Surroundings,
): Promise<Verdict> {
  const keys = givenKeys(options.key);
  const older = givenCheckpoints(options.since, keys);
  const knownClockChanges = new Set(options.clockChange.map(wholeNumber));
  const sourcePlace = { place, ...(options.token === undefined ? {} : { token: options.token }) };
  const source = openSource(sourcePlace);
  const note = await source.checkpoint();
  const checkpoint = openCheckpoint(note, keys, 'the checkpoint');
  const hashesOnly = options.hashesOnly ?? false;
  const checkers =
    checkingProgram && options.threads > 1
      ? new ThreadedCheckers(checkingProgram, options.threads, { source: sourcePlace, hashesOnly })
      : new LocalCheckers(source, { hashesOnly });
  try {
    const toleranceMs = options.tolerance * 1000;
    const verdict = await checkLog({
      source,
      checkers,
      checkpoint,
      older,
      toleranceMs,
      knownClockChanges,
      hashesOnly,
    });
    if (options.keep !== undefined && verdict.findings.length === 0) writeFileSync(options.keep, note);
    return verdict;
  } finally {
    await checkers.close();
    await source.close();
  }
}
