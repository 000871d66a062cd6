import { type Command, Option } from 'commander';
import { type Checkpoint, openCheckpoint } from '../core/checkpoint.js';
import { type LogSource } from '../core/log-source.js';
import { type LogCheck } from '../log/check-log.js';
import { DEFAULT_TOLERANCE_SECONDS } from '../log/time-order.js';
import { DEFAULT_UNSEALED_SECONDS } from '../log/unsealed-entries.js';
import { KEY_OPTION, readKeys, readOlderCheckpoints, repeated, wholeNumber } from './options.js';

/** The options of each command that checks a whole log. */
export interface LogOptions {
  readonly key: string[];
  readonly since: string[];
  readonly token?: string;
  readonly tolerance: number;
  readonly clockChange: string[];
  readonly unsealedAfter: number;
}

/** Adds the options of `LogOptions` to a command. */
export function withLogOptions(command: Command): Command {
  return command
    .requiredOption(...KEY_OPTION, repeated, [])
    .option(
      '--since <file>',
      'an older checkpoint, or a receipt that contains one; repeat for more',
      repeated,
      [],
    )
    .addOption(
      new Option('--token <token>', 'the access token of an auditor, to read entries').env('VERITRAIL_TOKEN'),
    )
    .option(
      '--tolerance <seconds>',
      'how much older than an earlier leaf a leaf may be',
      wholeNumber,
      DEFAULT_TOLERANCE_SECONDS,
    )
    .option('--clock-change <index>', 'the first leaf after a known clock correction', repeated, [])
    .option(
      '--unsealed-after <seconds>',
      'report entries in the database that are older and not in the log',
      wholeNumber,
      DEFAULT_UNSEALED_SECONDS,
    );
}

export interface OpenedLog extends Omit<LogCheck, 'source' | 'hashesOnly'> {
  /** The checkpoint as it is signed. */
  readonly note: Buffer;
}

/** Reads the files that the options name, then the newest checkpoint of the log, which one of the keys must have signed. */
export async function openLog(options: LogOptions, source: LogSource): Promise<OpenedLog> {
  const keys = readKeys(options.key);
  const older = readOlderCheckpoints(options.since, keys);
  const knownClockChanges = new Set(options.clockChange.map(wholeNumber));
  const note = await source.checkpoint();
  const checkpoint: Checkpoint = openCheckpoint(note, keys, 'the checkpoint');
  return { note, checkpoint, older, knownClockChanges, toleranceMs: options.tolerance * 1000 };
}
