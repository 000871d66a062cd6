import { readLeaves } from '../core/entry-bundle.js';
import { type LogSource } from '../core/log-source.js';
import { TILE_WIDTH } from '../core/tiles.js';
import { type Findings } from '../findings/findings.js';
import { readLeaf } from '../leaf/leaf.js';

/** The ends of the identifiers in one bundle, as numbers; NaN for leaves that could not be read. */
export interface IdEnds {
  readonly index: number;
  readonly idEnds: Float64Array;
}

/** Far more than chance produces: in 2^31 leaves, 512 pairs of 52 random bits are equal. */
const MAX_GROUPS = 1000;

/** Reports leaves with the same identifier. Reads those again whose identifiers end alike. */
export async function checkIdentifiers(
  source: LogSource,
  size: number,
  bundles: readonly IdEnds[],
  findings: Findings,
): Promise<void> {
  const { groups, total } = leavesThatEndAlike(bundles);
  for (const group of groups) {
    const seen = new Map<string, number>();
    for (const index of group.slice(0, MAX_GROUPS)) {
      const id = await identifierAt(source, index, size);
      const before = seen.get(id);
      if (before === undefined) seen.set(id, index);
      else
        findings.add(`leaf ${index}`, `it has the identifier ${id} of leaf ${before}: one of them is a copy`);
    }
  }
  if (total > MAX_GROUPS) {
    findings.add(
      'the identifiers',
      `${total} of them share their last digits with others: they are not random`,
    );
  }
}

/** The indexes of leaves whose identifiers have the same end, grouped, in the order of the log; and the number of groups. */
export function leavesThatEndAlike(bundles: readonly IdEnds[]): { groups: number[][]; total: number } {
  const repeated = repeatedIn(sortedEnds(bundles));
  const groups = new Map<number, number[]>([...repeated].slice(0, MAX_GROUPS).map((end) => [end, []]));
  if (groups.size > 0) {
    for (const { idEnds, index } of bundles) {
      for (const [place, end] of idEnds.entries()) groups.get(end)?.push(index * TILE_WIDTH + place);
    }
  }
  return { groups: [...groups.values()].sort(([a = 0], [b = 0]) => a - b), total: repeated.size };
}

function sortedEnds(bundles: readonly IdEnds[]): Float64Array {
  const ends = new Float64Array(bundles.reduce((sum, { idEnds }) => sum + idEnds.length, 0));
  let at = 0;
  for (const { idEnds } of bundles) {
    ends.set(idEnds, at);
    at += idEnds.length;
  }
  return ends.sort();
}

function repeatedIn(sorted: Float64Array): Set<number> {
  const repeated = new Set<number>();
  for (let at = 1; at < sorted.length; at++) {
    const end = sorted[at];
    if (end !== undefined && end === sorted[at - 1]) repeated.add(end);
  }
  return repeated;
}

async function identifierAt(source: LogSource, index: number, size: number): Promise<string> {
  const bundle = Math.floor(index / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH);
  const leaf = (await readLeaves(source, bundle, width))[index % TILE_WIDTH];
  const reading = readLeaf(leaf ?? Buffer.of());
  return 'problem' in reading ? `that leaf ${index} no longer has` : reading.content.id;
}
