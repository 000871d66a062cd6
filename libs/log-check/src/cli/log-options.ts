import { type Command, Option } from 'commander';
import { type Checkpoint, openCheckpoint } from '../formats/checkpoint.js';
import { type VerifierKey } from '../formats/verifier-key.js';
import { givenCheckpoints, givenKeys, repeated, wholeNumber } from '../given.js';
import { type LogSource } from '../sources/log-source.js';
import { type LogCheck } from './log-check.js';
import { DEFAULT_TOLERANCE_SECONDS } from './time-order.js';

/** What every command that checks a whole log is told. */
export interface LogOptions {
  readonly key: string[];
  readonly since: string[];
  readonly token?: string;
  readonly tolerance: number;
  readonly clockChange: string[];
}

/** Adds the options of `LogOptions` to a command. */
export function withLogOptions(command: Command): Command {
  return command
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
    );
}

/** What a log is checked against, as far as options say it; read before anybody is asked for the log. */
export interface GivenForLog extends Pick<LogCheck, 'older' | 'toleranceMs' | 'knownClockChanges'> {
  readonly keys: readonly VerifierKey[];
}

export function givenForLog({ clockChange, key, since, tolerance }: LogOptions): GivenForLog {
  const keys = givenKeys(key);
  return {
    keys,
    older: givenCheckpoints(since, keys),
    toleranceMs: tolerance * 1000,
    knownClockChanges: new Set(clockChange.map(wholeNumber)),
  };
}

/** The newest checkpoint of a log, signed by one of the keys, and as it was signed. */
export async function newestCheckpoint(
  source: LogSource,
  keys: readonly VerifierKey[],
): Promise<{ readonly checkpoint: Checkpoint; readonly note: Buffer }> {
  const note = await source.checkpoint();
  return { checkpoint: openCheckpoint(note, keys, 'the checkpoint'), note };
}
