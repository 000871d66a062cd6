import { HASH_BYTES } from '#libs/merkle';
import { decodeBase64 } from './note-key.js';

/** A proof that a leaf is in a log, checked without access to the log (C2SP tlog-proof). */
export interface TlogProof {
  /** The zero-based index of the leaf. */
  readonly index: number;
  /** PATH(index, D[size]) of RFC 6962 section 2.1.1, the sibling of the leaf first. */
  readonly path: readonly Uint8Array[];
  /** The signed note of a checkpoint, verbatim. */
  readonly checkpoint: string;
}

/** The text is not a tlog-proof. */
export class TlogProofError extends Error {
  override readonly name = 'TlogProofError';
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A log has at most 2^63 leaves. */
const MAX_PATH = 63;
const PROOF =
  /^c2sp[.]org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/]+={0,2}\n)?index (0|[1-9][0-9]*)\n((?:[^\n]+\n)*)\n([^]+)$/;

/**
 * Formats a proof (C2SP tlog-proof, "Format"). Writes no extra data: a leaf needs none, and it is not authenticated.
 */
export function tlogProofText({ index, path, checkpoint }: TlogProof): string {
  const hashes = path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `${HEADER}\nindex ${index}\n${hashes.join('')}\n${checkpoint}`;
}

/** Parses a proof without verifying it. Throws `TlogProofError` for anything that the format does not allow. */
export function parseTlogProof(text: string): TlogProof {
  const [, digits, lines, checkpoint] = PROOF.exec(text) ?? [];
  const index = Number(digits);
  if (lines === undefined || checkpoint === undefined || !Number.isSafeInteger(index)) {
    throw new TlogProofError('This is not a tlog-proof');
  }
  const path = lines.split('\n').slice(0, -1).map(decodeBase64);
  if (path.length > MAX_PATH || path.some((hash) => hash?.length !== HASH_BYTES)) {
    throw new TlogProofError('A path must be a list of hashes in base64');
  }
  return { index, path: path.filter((hash) => hash !== null), checkpoint };
}
