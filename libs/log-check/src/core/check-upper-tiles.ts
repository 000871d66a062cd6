import { HASH_BYTES } from '#libs/merkle';
import { type Findings } from '../findings.js';
import { TILE_WIDTH, tilePath } from '../formats/tile-path.js';
import { type LogSource } from '../sources/log-source.js';
import { storedTile } from './log-parts.js';
import { type SubtreeRoots } from './subtree-roots.js';

/** Compares every stored tile above level 0 with the one that the leaves make. */
export async function checkTilesAbove(
  source: LogSource,
  size: number,
  roots: SubtreeRoots,
  findings: Findings,
): Promise<void> {
  const full = Math.floor(size / TILE_WIDTH);
  for (const { level, index, hashes } of roots.tilesAbove(full)) {
    const width = hashes.length / HASH_BYTES;
    const stored = await storedTile(source, level, index, width);
    const where = tilePath(level, index, width);
    if (stored === null) findings.add(where, 'it is not there, or not as wide as the checkpoint demands');
    else if (!stored.equals(hashes)) findings.add(where, differenceOf(hashes, stored, level, index));
  }
}

function differenceOf(hashes: Buffer, stored: Buffer, level: number, index: number): string {
  let place = 0;
  while (
    hashes.compare(
      stored,
      HASH_BYTES * place,
      HASH_BYTES * (place + 1),
      HASH_BYTES * place,
      HASH_BYTES * (place + 1),
    ) === 0
  ) {
    place++;
  }
  const leaves = TILE_WIDTH ** level;
  const first = (index * TILE_WIDTH + place) * leaves;
  return `its hash ${place} is not the one of the leaves ${first} to ${first + leaves - 1}`;
}
