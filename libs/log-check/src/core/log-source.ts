/**
 * A place to read a log from, part by part (C2SP tlog-tiles). Nothing that it returns is trusted. A part that does not
 * exist is null. Throws `CannotCheck` if that cannot be found out, and `Broken` for a part that is larger than the format
 * allows; such a part is never read as a whole.
 */
export interface LogSource {
  /** Its name in messages. */
  readonly name: string;
  checkpoint(): Promise<Buffer>;
  /** An entry bundle with `width` leaves. */
  bundle(index: number, width: number): Promise<Buffer | null>;
  /** A tile with `width` hashes. */
  tile(level: number, index: number, width: number): Promise<Buffer | null>;
}

/** Generous: the signatures that C2SP signed-note defines are shorter than 5 kB each. */
export const MAX_CHECKPOINT_BYTES = 512 * 1024;
