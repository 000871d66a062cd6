import { type Findings } from '../findings.js';
import { leavesOf, LENGTH_BYTES } from '../formats/entry-bundle.js';
import { readLeaf } from '../formats/leaf.js';
import { TILE_WIDTH } from '../formats/tile-path.js';
import { type LogSource } from '../sources/log-source.js';
import { storedBundle } from './log-parts.js';
import { type RepeatedIds } from './repeated-ids.js';

/** More than chance ever makes: identifiers that end alike this often were made to. */
const MOST_GROUPS = 1000;

/** Reads the leaves whose identifiers may be equal, and reports those that are. */
export async function checkIdentifiers(
  source: LogSource,
  size: number,
  ids: RepeatedIds,
  findings: Findings,
): Promise<void> {
  const suspects = ids.suspects();
  for (const group of suspects.slice(0, MOST_GROUPS)) {
    const seen = new Map<string, number>();
    for (const index of group.slice(0, MOST_GROUPS)) {
      const id = await identifierAt(source, index, size);
      const before = seen.get(id);
      if (before === undefined) seen.set(id, index);
      else
        findings.add(`leaf ${index}`, `it has the identifier ${id} of leaf ${before}: one of them is a copy`);
    }
  }
  if (suspects.length > MOST_GROUPS) {
    findings.add(
      'the identifiers',
      `${suspects.length} of them end like others: they were not made at random`,
    );
  }
}

async function identifierAt(source: LogSource, index: number, size: number): Promise<string> {
  const bundleIndex = Math.floor(index / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, size - bundleIndex * TILE_WIDTH);
  const bundle = await storedBundle(source, bundleIndex, width);
  if (bundle === null) return `that is gone from leaf ${index}`;
  const starts = leavesOf(bundle, width, bundleIndex * TILE_WIDTH);
  const place = index % TILE_WIDTH;
  const reading = readLeaf(bundle.subarray(starts[place] ?? 0, (starts[place + 1] ?? 0) - LENGTH_BYTES));
  return 'problem' in reading ? `that cannot be read in leaf ${index}` : reading.content.id;
}
