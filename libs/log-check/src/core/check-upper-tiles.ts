import { HASH_BYTES } from '#libs/merkle';
import { type Findings } from '../findings/findings.js';
import { TILE_MISSING } from './check-bundle.js';
import { type LogSource } from './log-source.js';
import { type LogTree } from './log-tree.js';
import { storedTile, TILE_WIDTH, tilePath } from './tiles.js';

/** Compares every stored tile above level 0 with the recomputed one (C2SP tlog-tiles, "Merkle Tree"). */
export async function checkUpperTiles(
  source: LogSource,
  size: number,
  tree: LogTree,
  findings: Findings,
): Promise<void> {
  for (const { hashes, index, level } of tree.tilesAbove(size)) {
    const width = hashes.length / HASH_BYTES;
    const stored = await storedTile(source, level, index, width);
    const where = tilePath(level, index, width);
    if (stored === null) findings.add(where, TILE_MISSING);
    else if (!stored.equals(hashes)) {
      const place = firstDifference(hashes, stored);
      const leaves = TILE_WIDTH ** level;
      const first = (index * TILE_WIDTH + place) * leaves;
      findings.add(
        where,
        `its hash ${place} is not the hash of the leaves ${first} to ${first + leaves - 1}`,
      );
    }
  }
}

function firstDifference(hashes: Buffer, stored: Buffer): number {
  return Math.floor(hashes.findIndex((byte, at) => byte !== stored[at]) / HASH_BYTES);
}
