import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import {
  checkLog,
  type LogOptions,
  openLog,
  openSource,
  type ProgramRun,
  rangesOf,
  type Verdict,
  wholeNumber,
  withLogOptions,
} from '#libs/log-check';
import { unsealedInDatabase } from './unsealed-in-database.js';
import { checkInThreads } from './check-in-threads.js';

interface LogCommandOptions extends LogOptions {
  readonly hashesOnly?: true;
  readonly threads: number;
  readonly keep?: string;
  readonly databaseUrl?: string;
}

/** `log`: verifies a whole log, from a server or a folder. */
export function logCommand(run: ProgramRun, rangeWorker: URL | null): Command {
  return withLogOptions(new Command('log'))
    .description('verify a whole log: every leaf, every tile and the signed root')
    .argument('<place>', 'the prefix of a served log (https://…/tlog) or a folder of tiles')
    .option('--hashes-only', 'verify the tree without reading leaves; needs no token')
    .option('--threads <number>', 'number of threads', wholeNumber, Math.min(availableParallelism(), 16))
    .option('--database-url <url>', 'also report entries in this database that are not in the log')
    .option('--keep <file>', 'if the log is sound, write its checkpoint there, for a later --since')
    .action(async (place: string, options: LogCommandOptions) =>
      run.check(async () => checkPlace(place, options, rangeWorker)),
    );
}

async function checkPlace(
  place: string,
  options: LogCommandOptions,
  rangeWorker: URL | null,
): Promise<Verdict> {
  const { databaseUrl, hashesOnly = false, keep, threads, token } = options;
  const location = { place, token };
  const source = openSource(location);
  const { note, ...log } = await openLog(options, source);
  // Before the check, which takes long: entries that are sealed meanwhile are not in this checkpoint.
  const unsealed =
    databaseUrl === undefined
      ? []
      : await unsealedInDatabase(databaseUrl, log.checkpoint.size, options.unsealedAfter);
  const ranges = rangesOf(log, hashesOnly, rangeWorker === null ? 1 : threads);
  const checked = await checkInThreads(location, ranges, rangeWorker);
  const { findings, summary } = await checkLog({ ...log, source, hashesOnly }, checked);
  const verdict = { findings: [...findings, ...unsealed], summary };
  if (keep !== undefined && verdict.findings.length === 0) writeFileSync(keep, note);
  return verdict;
}
