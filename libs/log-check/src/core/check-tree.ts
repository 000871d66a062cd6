import { explainMovedBundles } from '../diagnosis/moved-bundles.js';
import { type Findings } from '../findings/findings.js';
import { type BundlePlace, type CheckedBundle } from './check-bundle.js';
import { checkRoots } from './check-roots.js';
import { checkUpperTiles } from './check-upper-tiles.js';
import { type Checkpoint, type OlderCheckpoint } from './checkpoint.js';
import { LogTree } from './log-tree.js';
import { type LogSource } from './log-source.js';
import { TILE_WIDTH } from './tiles.js';

/** A log and the signed tree heads that it must agree with. */
export interface TreeCheck {
  readonly source: LogSource;
  readonly checkpoint: Checkpoint;
  readonly older: readonly OlderCheckpoint[];
}

/** The place of a bundle in a log whose newest tree has `sizes[0]` leaves, and whose older trees have the other sizes. */
export function bundlePlace(index: number, sizes: readonly number[]): BundlePlace {
  const [newest = 0] = sizes;
  const first = index * TILE_WIDTH;
  const end = Math.min(first + TILE_WIDTH, newest);
  const cuts = sizes.filter((size) => size > first && size <= end && size % TILE_WIDTH > 0);
  return { index, width: end - first, cuts };
}

/**
 * Verifies the tree heads, given all entries (RFC 9162 section 2.1.2): recomputes the tree from the bundles, which
 * `checkBundle` has hashed, and compares it with the signed roots and the stored tiles. Returns the older checkpoints that
 * the log continues.
 */
export async function checkTree(
  { checkpoint, older, source }: TreeCheck,
  bundles: readonly CheckedBundle[],
  findings: Findings,
): Promise<OlderCheckpoint[]> {
  const tree = new LogTree(bundles, checkpoint.size);
  findings.addAll(explainMovedBundles(bundles, TILE_WIDTH));
  const continued = checkRoots(tree, checkpoint, older, findings);
  if (tree.complete) await checkUpperTiles(source, checkpoint.size, tree, findings);
  return continued;
}
