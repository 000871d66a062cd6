import { emptyRoot, HASH_BYTES } from '#libs/merkle';
import { Broken } from '../findings/findings.js';
import { decodeBase64 } from './encoding.js';
import { openNote } from './signed-note.js';
import { type VerifierKey } from './verifier-key.js';

/** A signed tree head: the number of leaves and the root of their tree. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** A checkpoint that the caller kept from an earlier check, and the file that it was read from. */
export type OlderCheckpoint = Checkpoint & { readonly where: string };

const TEXT = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/;

/**
 * Opens a checkpoint (C2SP tlog-checkpoint) that is signed by one of the keys and whose origin is the name of a key.
 * Extension lines are refused: this log writes none. Throws `Broken`.
 */
export function openCheckpoint(bytes: Uint8Array, keys: readonly VerifierKey[], where: string): Checkpoint {
  const [, origin, digits, encoded] = TEXT.exec(openNote(bytes, keys, where)) ?? [];
  const root = decodeBase64(encoded ?? '');
  const size = Number(digits);
  if (origin === undefined || root?.length !== HASH_BYTES || !Number.isSafeInteger(size)) {
    throw new Broken(where, 'its text is not an origin, a size and a root on one line each');
  }
  if (!keys.some(({ name }) => name === origin)) {
    throw new Broken(where, `it belongs to the log ${origin}, and no key with that name was given`);
  }
  if (size === 0 && !root.equals(emptyRoot())) {
    throw new Broken(where, 'it has no leaves, but its root is not the root of an empty tree');
  }
  return { origin, size, root };
}
