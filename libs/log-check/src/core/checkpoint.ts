import { emptyRoot, HASH_BYTES } from '#libs/merkle';
import { Broken } from '../findings.js';
import { decodeBase64 } from './base64.js';
import { openNote } from './signed-note.js';
import { type VerifierKey } from './verifier-key.js';

/** What a log has signed: so many leaves, under this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

const TEXT = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/;

/**
 * A checkpoint (C2SP tlog-checkpoint) that one of the keys has signed and whose origin is the name of that key. Extension
 * lines are refused: this log writes none, and nobody could check them. Throws `Broken`.
 */
export function openCheckpoint(bytes: Uint8Array, keys: readonly VerifierKey[], where: string): Checkpoint {
  const [, origin, digits, encoded] = TEXT.exec(openNote(bytes, keys, where)) ?? [];
  const root = decodeBase64(encoded ?? '');
  const size = Number(digits);
  if (origin === undefined || root?.length !== HASH_BYTES || !Number.isSafeInteger(size)) {
    throw new Broken(where, 'its text is not an origin, a size and a root, a line each');
  }
  if (!keys.some(({ name }) => name === origin)) {
    throw new Broken(where, `it is of the log ${origin}, and no key of that name was given`);
  }
  if (size === 0 && !root.equals(emptyRoot())) {
    throw new Broken(where, 'it says that the log is empty, under the root of one that is not');
  }
  return { origin, size, root };
}
