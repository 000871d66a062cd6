import { type CheckedBundle, checkBundle } from '../core/check-bundle.js';
import { bundlePlace, type TreeCheck } from '../core/check-tree.js';
import { type LogSource } from '../core/log-source.js';
import { TILE_WIDTH } from '../core/tiles.js';
import { CannotCheck, Findings, type FoundSoFar } from '../findings/findings.js';
import { type LeafContent, readLeaf } from '../leaf/leaf.js';

/** A range of entry bundles to check. Plain values, so that a thread can be started with them. */
export interface BundleRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** The size of the newest signed tree, followed by the sizes of the older ones. */
  readonly sizes: readonly number[];
  /** Use the hashes of the tiles and read no leaves. */
  readonly hashesOnly: boolean;
}

/** A bundle with the times and identifiers of its leaves. Leaves that could not be read have NaN. */
export interface CheckedLeaves extends CheckedBundle {
  /** Milliseconds. */
  readonly times: Float64Array;
  /** The last 52 bits of each identifier: random bits of a UUIDv7, and exact in a double. */
  readonly idEnds: Float64Array;
}

export interface CheckedRange {
  /** Without the bundles that are missing. */
  readonly bundles: readonly CheckedLeaves[];
  readonly found: FoundSoFar;
}

/** A leaf costs about 20 bytes until the end of the check. */
const MAX_LEAVES = 2 ** 31;

/** Divides a log into at most `parts` ranges of about the same length. Throws `CannotCheck` if the log is too large. */
export function rangesOf(
  { checkpoint, older }: Pick<TreeCheck, 'checkpoint' | 'older'>,
  hashesOnly: boolean,
  parts = 1,
): BundleRange[] {
  if (checkpoint.size > MAX_LEAVES) {
    throw new CannotCheck(`A log of ${checkpoint.size} leaves is more than this program can check`);
  }
  const sizes = [checkpoint, ...older].map(({ size }) => size);
  const bundles = Math.ceil(checkpoint.size / TILE_WIDTH);
  const count = Math.max(1, Math.min(parts, bundles));
  const border = (part: number): number => Math.floor((part * bundles) / count);
  return Array.from({ length: count }, (_, part) => ({
    ...{ from: border(part), to: border(part + 1) },
    ...{ sizes, hashesOnly },
  }));
}

/** Checks bundles one after the other: their hashes, and each leaf by itself. Calls `onLeaf` for each valid leaf, in order. */
export async function checkRange(
  source: LogSource,
  { from, hashesOnly, sizes, to }: BundleRange,
  onLeaf?: (content: LeafContent) => void,
): Promise<CheckedRange> {
  const findings = new Findings();
  const bundles: CheckedLeaves[] = [];
  for (let index = from; index < to; index++) {
    const place = bundlePlace(index, sizes);
    const times = new Float64Array(hashesOnly ? 0 : place.width).fill(Number.NaN);
    const idEnds = times.slice();
    const visit = (at: number, leaf: Uint8Array): void => {
      const reading = readLeaf(leaf);
      if ('problem' in reading) findings.add(`leaf ${index * TILE_WIDTH + at}`, reading.problem);
      else {
        times[at] = reading.time;
        idEnds[at] = Number.parseInt(reading.content.id.slice(22).replace('-', ''), 16);
        onLeaf?.(reading.content);
      }
    };
    const bundle = await checkBundle(source, place, findings, hashesOnly ? null : visit);
    if (bundle !== null) bundles.push({ ...bundle, times, idEnds });
  }
  return { bundles, found: findings.state() };
}
