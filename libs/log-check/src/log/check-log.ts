import { emptyRoot } from '#libs/merkle';
import { checkTree, type TreeCheck } from '../core/check-tree.js';
import { type OlderCheckpoint } from '../core/checkpoint.js';
import { TILE_WIDTH } from '../core/tiles.js';
import { Findings, type Verdict } from '../findings/findings.js';
import { checkIdentifiers } from './check-identifiers.js';
import { type CheckedRange } from './check-range.js';
import { TimeOrder } from './time-order.js';

/** A whole log, and what it is checked against. */
export interface LogCheck extends TreeCheck {
  readonly toleranceMs: number;
  readonly knownClockChanges: ReadonlySet<number>;
  readonly hashesOnly: boolean;
}

/**
 * Completes the check of a log, after `checkRange` has checked every range of its bundles: the order of times, repeated
 * identifiers, and the tree with its signed roots. `ranges` are in the order of the log.
 */
export async function checkLog(check: LogCheck, ranges: readonly CheckedRange[]): Promise<Verdict> {
  const { checkpoint, source } = check;
  const findings = new Findings();
  const times = new TimeOrder(findings, check.toleranceMs, check.knownClockChanges);
  const bundles = ranges.flatMap((range) => range.bundles);
  for (const range of ranges) findings.merge(range.found);
  for (const bundle of bundles) times.addAll(bundle.index * TILE_WIDTH, bundle.times);
  times.finish();
  await checkIdentifiers(source, checkpoint.size, bundles, findings);
  const continued = await checkTree(check, bundles, findings);
  const bytes = bundles.reduce((sum, bundle) => sum + bundle.bytes, 0);
  return { findings: findings.list(), summary: summaryOf(check, bytes, continued) };
}

function summaryOf(
  { checkpoint, hashesOnly }: LogCheck,
  bytes: number,
  continued: readonly OlderCheckpoint[],
): string[] {
  const { origin, root, size } = checkpoint;
  const what = hashesOnly ? `${size} hashes, not the leaves themselves` : `${size} leaves, ${bytes} bytes`;
  return [
    `log ${origin}: ${what}`,
    `root ${(size === 0 ? emptyRoot() : root).toString('base64')}`,
    ...continued.map((one) => `continues ${one.where}: ${one.size} leaves`),
  ];
}
