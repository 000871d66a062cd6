import { HASH_BYTES } from '#libs/merkle';
import { decodeBase64 } from './note-key.js';
import { requireCount } from './subtrees.js';

/** What a log commits to: so many leaves, under this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name, which sets it apart from every other log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A text that is no checkpoint of a log as this product writes them. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** The text of the note that is signed: origin, size and root, a line each (C2SP tlog-checkpoint, "Note text"). */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  requireCount('The size of a log', size);
  if (origin === '' || /\p{Cc}/u.test(origin))
    throw new CheckpointError('The origin must be one line of text');
  if (root.length !== HASH_BYTES) throw new CheckpointError(`A root hash must have ${HASH_BYTES} bytes`);
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/**
 * Reads the text of a checkpoint, whose signature `openNote` has checked. Extension lines are refused: the log writes
 * none, and what nobody interprets should not be signed.
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
