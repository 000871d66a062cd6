import { HASH_BYTES } from '#libs/merkle';
import { decodeBase64, decodeUtf8 } from '../core/encoding.js';
import { Broken } from '../findings/findings.js';

/** The parts of a proof that a leaf is in a log; none of them is verified yet. */
export interface TlogProof {
  readonly index: number;
  /** From the sibling of the leaf up to the child of the root. */
  readonly path: readonly Buffer[];
  readonly checkpoint: Buffer;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;
/** Enough for a tree of 2^63 leaves. */
const MAX_PATH = 63;

/** Whether these bytes begin like a `.tlog-proof` file. */
export function isTlogProof(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, HEADER.length)).toString('latin1') === HEADER;
}

/**
 * Parses a `.tlog-proof` file (C2SP tlog-proof). A line of extra data is refused: no signature covers it, and this log
 * writes none. Throws `Broken`.
 */
export function parseTlogProof(bytes: Uint8Array, where: string): TlogProof {
  const text = decodeUtf8(bytes);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === null || end < 0) throw new Broken(where, 'it is not a tlog-proof');
  const [header, second = '', ...hashes] = text.slice(0, end).split('\n');
  if (header !== HEADER) throw new Broken(where, `its first line is not ${HEADER}`);
  if (second.startsWith('extra ')) throw new Broken(where, 'it has extra data, which no signature covers');
  const index = Number(INDEX.exec(second)?.[1]);
  if (!Number.isSafeInteger(index)) throw new Broken(where, 'its second line is not the index of a leaf');
  return { index, path: parsePath(hashes, where), checkpoint: Buffer.from(text.slice(end + 2)) };
}

/** The hashes of a path, each in Base 64. Throws `Broken`. */
export function parsePath(hashes: readonly string[], where: string): Buffer[] {
  if (hashes.length > MAX_PATH) throw new Broken(where, `its path has ${hashes.length} hashes`);
  return hashes.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) throw new Broken(where, 'a line of its path is not a hash in Base 64');
    return hash;
  });
}
