import { emptyRoot } from '#libs/merkle';
import { CannotCheck, Findings, type Verdict } from '../findings.js';
import { TILE_WIDTH } from '../formats/tile-path.js';
import { BundlePlan } from './bundle-plan.js';
import { checkIdentifiers } from './check-identifiers.js';
import { checkTilesAbove } from './check-tiles-above.js';
import { type LogCheck } from './log-check.js';
import { RepeatedIds } from './repeated-ids.js';
import { RootCheck } from './root-check.js';
import { SubtreeRoots } from './subtree-roots.js';
import { TimeOrder } from './time-order.js';

/** Every leaf costs 16 bytes of memory, and numbers must stay exact. */
const MOST_LEAVES = 2 ** 31;

/**
 * Checks a whole log from its leaves up: hashes every leaf, makes every tile and the root of them and compares, follows
 * identifiers and times, and finds the older checkpoints again. Nothing that the source says of itself is believed but
 * what the root that was signed covers.
 */
export async function checkLog(check: LogCheck): Promise<Verdict> {
  const { checkpoint, checkers, source } = check;
  const { size } = checkpoint;
  if (size > MOST_LEAVES)
    throw new CannotCheck(`A log of ${size} leaves is more than this program can check`);
  const findings = new Findings();
  const roots = new SubtreeRoots();
  const rootCheck = new RootCheck(check, roots);
  const times = new TimeOrder(findings, check.toleranceMs, check.knownClockChanges);
  const ids = new RepeatedIds(size);
  let bytes = 0;
  for await (const bundle of new BundlePlan(size, check.older).run(checkers)) {
    findings.addAll(bundle.findings);
    times.addAll(bundle.index * TILE_WIDTH, bundle.times);
    ids.addAll(bundle.index * TILE_WIDTH, bundle.prints);
    rootCheck.add(bundle);
    bytes += bundle.bytes;
  }
  times.finish();
  await checkIdentifiers(source, size, ids, findings);
  rootCheck.finish(findings);
  if (rootCheck.complete) await checkTilesAbove(source, size, roots, findings);
  const found = findings.list();
  const continued = check.older.filter(
    (one) => rootCheck.complete && found.every(({ where }) => where !== one.where),
  );
  return { findings: found, summary: summaryOf(check, bytes, continued) };
}

function summaryOf(
  { checkpoint, hashesOnly }: LogCheck,
  bytes: number,
  continued: LogCheck['older'],
): string[] {
  const { origin, root, size } = checkpoint;
  const what = hashesOnly ? `${size} hashes, not the leaves themselves` : `${size} leaves, ${bytes} bytes`;
  return [
    `log ${origin}: ${what}`,
    `root ${(size === 0 ? emptyRoot() : root).toString('base64')}`,
    ...continued.map((one) => `continues ${one.where}: ${one.size} leaves`),
  ];
}
