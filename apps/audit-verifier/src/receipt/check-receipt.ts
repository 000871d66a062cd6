import {
  Broken,
  type Checkpoint,
  type Finding,
  type LeafContent,
  openCheckpoint,
  parseTlogProof,
  readLeaf,
  rootOfPath,
  type Verdict,
  type VerifierKey,
} from '#libs/log-check';
import { leafHash } from '#libs/merkle';
import { describeLeaf } from './describe-leaf.js';
import { type Expected, unmetExpectations } from './expected.js';

/** The bytes of a receipt and of its leaf. */
export interface Receipt {
  readonly proof: Uint8Array;
  readonly leaf: Uint8Array;
  readonly expected?: Expected;
}

export interface CheckedReceipt extends Verdict {
  readonly checkpoint: Checkpoint;
  /** The checkpoint as it is signed. */
  readonly note: Buffer;
  readonly index: number;
  readonly content: LeafContent | null;
}

/**
 * Verifies that a leaf is in the log whose checkpoint is signed by one of the keys, that the leaf is valid, and that it is
 * about what the caller expects. Throws `Broken` if the receipt cannot be parsed or its checkpoint cannot be opened.
 */
export function checkReceipt(
  { expected = {}, leaf, proof }: Receipt,
  keys: readonly VerifierKey[],
  where = 'the receipt',
): CheckedReceipt {
  const { checkpoint: note, index, path } = parseTlogProof(proof, where);
  const checkpoint = openCheckpoint(note, keys, `the checkpoint of ${where}`);
  const { origin, root, size } = checkpoint;
  if (index >= size) throw new Broken(where, `it is about leaf ${index} of a log of ${size}`);
  const computed = rootOfPath(index, size, leafHash(leaf), path);
  if (computed === null)
    throw new Broken(where, `its path of ${path.length} hashes does not fit a log of ${size}`);
  const findings: Finding[] = [];
  if (!root.equals(computed)) {
    findings.push({
      where,
      why: `the leaf is not leaf ${index} of this log: it is a different leaf, or was changed`,
    });
  }
  const result = { findings, checkpoint, note, index };
  const reading = readLeaf(leaf);
  if ('problem' in reading) {
    findings.push({ where: 'the leaf', why: reading.problem });
    return { ...result, summary: [], content: null };
  }
  const { content } = reading;
  findings.push(...unmetExpectations(content, expected));
  return { ...result, content, summary: [`leaf ${index} of ${size} in ${origin}`, ...describeLeaf(content)] };
}
