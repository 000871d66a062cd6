import { HASH_BYTES } from '#libs/merkle';
import { decodeBase64 } from './note-key.js';
import { requireCount } from './subtrees.js';

/** What a log commits to: its size and its root hash (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The name of the log, unique among all logs. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text is not a checkpoint as Veritrail writes them. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** The note text that is signed: origin, size and root, one line each (C2SP tlog-checkpoint, "Note text"). */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  requireCount('The size of a log', size);
  if (origin === '' || /\p{Cc}/u.test(origin))
    throw new CheckpointError('The origin must be one line of text');
  if (root.length !== HASH_BYTES) throw new CheckpointError(`A root hash must have ${HASH_BYTES} bytes`);
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/**
 * Parses the text of a checkpoint whose signature `openNote` has verified. Refuses extension lines: this log writes
 * none, and does not sign data that it does not interpret.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [, origin, digits, encoded] = /^([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]+)\n$/.exec(text) ?? [];
  const root = decodeBase64(encoded ?? '');
  const size = Number(digits);
  if (origin === undefined || root?.length !== HASH_BYTES || !Number.isSafeInteger(size)) {
    throw new CheckpointError('A checkpoint must have three lines: the origin, the size and the root hash');
  }
  return { origin, size, root };
}
