import { type Checkpoint } from '../formats/checkpoint.js';
import { type LogSource } from '../sources/log-source.js';
import { type BundleCheckers } from './bundle-checkers.js';

/** What a whole log is checked against. */
export interface LogCheck {
  readonly source: LogSource;
  readonly checkers: BundleCheckers;
  /** Signed by a key that was given from outside; so are the older ones. */
  readonly checkpoint: Checkpoint;
  readonly older: ReadonlyArray<Checkpoint & { readonly where: string }>;
  readonly toleranceMs: number;
  readonly knownClockChanges: ReadonlySet<number>;
  readonly hashesOnly: boolean;
}
