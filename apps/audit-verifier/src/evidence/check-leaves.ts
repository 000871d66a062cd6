import {
  Broken,
  type Checkpoint,
  type Findings,
  MAX_LEAF_BYTES,
  parsePath,
  readLeaf,
  rootOfPath,
} from '#libs/log-check';
import { leafHash } from '#libs/merkle';
import { type EvidenceFiles } from './evidence-files.js';
import { linesOf } from './read-file.js';

const LEAVES = 'data/leaves.jsonl';
const PROOFS = 'data/proofs.txt';
/** An index of 16 digits and 63 hashes in Base 64. */
const MAX_PROOF_BYTES = 16 + 63 * 45;

/** What the leaves of a bundle must be about. */
export interface ExpectedLeaves {
  readonly checkpoint: Checkpoint;
  readonly documentId: unknown;
  /** The index of the leaf of the decision, and its bytes. */
  readonly decision: { readonly index: number; readonly leaf: Buffer };
}

/**
 * Verifies the leaves of a bundle. One file has a leaf on each line, the other has its proof on the same line. All leaves
 * must be in the log, in its order and about the document, and the decision must be one of them. Returns their number.
 */
export async function checkLeaves(
  files: EvidenceFiles,
  { checkpoint, decision, documentId }: ExpectedLeaves,
  findings: Findings,
): Promise<number> {
  const proofs = linesOf(files, PROOFS, MAX_PROOF_BYTES);
  let count = 0;
  let previous = -1;
  let hasDecision = false;
  for await (const leaf of linesOf(files, LEAVES, MAX_LEAF_BYTES)) {
    const line = `${LEAVES}, line ${++count}`;
    const next = await proofs.next();
    if (next.done === true) throw new Broken(PROOFS, `it has no line for the leaf in line ${count}`);
    const { index, path } = parseProof(next.value, `${PROOFS}, line ${count}`);
    const root = rootOfPath(index, checkpoint.size, leafHash(leaf), path);
    if (root === null || !checkpoint.root.equals(root)) {
      findings.add(line, `it is not leaf ${index} of the log: it is a different leaf, or was changed`);
    }
    if (index <= previous) findings.add(line, `leaf ${index} comes after leaf ${previous}`);
    previous = index;
    const reading = readLeaf(leaf);
    if ('problem' in reading) findings.add(line, reading.problem);
    else if (reading.content.target?.['id'] !== documentId)
      findings.add(line, 'it is not about the document of this bundle');
    hasDecision ||= index === decision.index && leaf.equals(decision.leaf);
  }
  if ((await proofs.next()).done !== true)
    findings.add(PROOFS, `it has more lines than ${LEAVES}, which has ${count}`);
  if (!hasDecision) findings.add(LEAVES, 'the decision is not among its leaves');
  return count;
}

function parseProof(line: Buffer, where: string): { index: number; path: Buffer[] } {
  const [digits = '', ...hashes] = line.toString('latin1').split(' ');
  if (!/^(0|[1-9][0-9]{0,15})$/.test(digits) || !Number.isSafeInteger(Number(digits))) {
    throw new Broken(where, 'it does not begin with the index of a leaf');
  }
  return { index: Number(digits), path: parsePath(hashes, where) };
}
