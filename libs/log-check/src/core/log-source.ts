import { type Room } from './bounded-file.js';

/**
 * Where the parts of a log come from. Nothing that it hands over is believed. A part that is not there is null; what could
 * not be found out is `CannotCheck`; a part that is larger than it can be is `Broken`, and never read as a whole.
 */
export interface LogSource {
  /** How findings name it. */
  readonly name: string;
  checkpoint(): Promise<Buffer>;
  /** The caller may write into it. A source that knows beforehand how long a bundle is may put it into `room`. */
  bundle(index: number, width: number, room?: Room): Promise<Buffer | null>;
  /** The caller has it until the next tile is asked for. */
  tile(level: number, index: number, width: number): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** Signatures of every kind that notes know are below 5 kB each. */
export const MOST_CHECKPOINT_BYTES = 512 * 1024;
