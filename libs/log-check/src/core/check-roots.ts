import { type Findings } from '../findings/findings.js';
import { type Checkpoint, type OlderCheckpoint } from './checkpoint.js';
import { type LogTree } from './log-tree.js';

/**
 * Compares the recomputed tree with the signed checkpoint, and its first leaves with each older checkpoint. Consistency is
 * checked by its definition (RFC 9162 section 2.1.4: the older tree is a prefix of the newer one), not by a proof. Returns
 * the older checkpoints that the log continues.
 */
export function checkRoots(
  tree: LogTree,
  checkpoint: Checkpoint,
  older: readonly OlderCheckpoint[],
  findings: Findings,
): OlderCheckpoint[] {
  const { origin, root, size } = checkpoint;
  if (tree.complete && !tree.rootAt(size).equals(root)) {
    const cause = findings.none
      ? 'leaves, or their order, were changed together with the tiles, so it cannot be said which'
      : 'see the findings above';
    findings.add('the checkpoint', `the ${size} leaves do not have the root that it signs: ${cause}`);
  }
  return older.filter((one) => {
    const problem = inconsistency(one);
    if (problem !== null) findings.add(one.where, problem);
    return problem === null && tree.complete;
  });

  function inconsistency(one: OlderCheckpoint): string | null {
    if (one.origin !== origin) return `it belongs to the log ${one.origin}, not to ${origin}`;
    if (one.size > size) return `the log was cut off: it had ${one.size} leaves and now has ${size}`;
    if (tree.complete && !tree.rootAt(one.size).equals(one.root)) {
      return `history was rewritten: the first ${one.size} leaves do not have the root that it signs`;
    }
    return null;
  }
}
