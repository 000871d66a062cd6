import { availableParallelism } from 'node:os';
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { answer } from '../answer.js';
import { type Verdict } from '../findings.js';
import { wholeNumber } from '../given.js';
import { openSource } from '../sources/source-place.js';
import { type Surroundings } from '../surroundings.js';
import { type BundleCheckers } from './bundle-checkers.js';
import { type CheckingWorkerData } from './checking.worker.js';
import { givenForLog, type LogOptions, newestCheckpoint, withLogOptions } from './log-options.js';
import { collectAlone } from './lone-collections.js';
import { ThreadedCheckers } from './threaded-checkers.js';

interface LogCommandOptions extends LogOptions {
  readonly hashesOnly?: true;
  readonly threads: number;
  readonly keep?: string;
}

/** `log`: a whole log, from a server or a folder. */
export function logCommand(surroundings: Surroundings): Command {
  return withLogOptions(new Command('log'))
    .description('check a whole log: every leaf, every tile, the root that was signed')
    .argument('<place>', 'the prefix of a served log (https://…/tlog) or a folder of tiles')
    .option('--hashes-only', 'check the tree without its leaves, for whoever may not read them')
    .option('--threads <number>', 'threads to check with', wholeNumber, Math.min(availableParallelism(), 16))
    .option('--keep <file>', 'write the checkpoint there when all is sound, for the next --since')
    .action(async (place: string, options: LogCommandOptions) => {
      surroundings.exitCode = await answer(
        async () => checkPlace(place, options, surroundings),
        surroundings.output,
      );
    });
}

async function checkPlace(
  place: string,
  options: LogCommandOptions,
  { checkingProgram }: Surroundings,
): Promise<Verdict> {
  const { keys, ...given } = givenForLog(options);
  const { hashesOnly = false, keep, threads, token } = options;
  const data = { source: { place, ...(token === undefined ? {} : { token }) }, hashesOnly };
  const source = openSource(data.source);
  const checkers =
    checkingProgram && threads > 1 ? withOthers(checkingProgram, threads, data) : await localCheckers(data);
  try {
    const { checkpoint, note } = await newestCheckpoint(source, keys);
    const { checkLog } = await import('./check-log.js');
    const verdict = await checkLog({ source, checkers, checkpoint, ...given, hashesOnly });
    if (keep !== undefined && verdict.findings.length === 0) writeFileSync(keep, note);
    return verdict;
  } finally {
    await checkers.close();
    await source.close();
  }
}

function withOthers(program: URL, threads: number, data: CheckingWorkerData): BundleCheckers {
  collectAlone();
  return new ThreadedCheckers(program, threads, async () => localCheckers(data), data);
}

/** Loaded only here, as what checks is the most of the program: the other threads are on their way before. */
async function localCheckers({ hashesOnly, source }: CheckingWorkerData): Promise<BundleCheckers> {
  const { LocalCheckers } = await import('./bundle-checkers.js');
  return new LocalCheckers(openSource(source), { hashesOnly });
}
