import { HASH_BYTES } from '#libs/merkle';
import { type LogSource } from './log-source.js';

/** The number of hashes in a full tile, and of leaves in a full entry bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** The path of a tile below the prefix of the log: `tile/<L>/<N>[.p/<W>]` (C2SP tlog-tiles, "Merkle Tree"). */
export function tilePath(level: number | 'entries', index: number, width: number): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `tile/${level}/${groups.join('/')}${partial}`;
}

/**
 * The hashes of a stored tile, or null if the source has no such tile or it has fewer hashes. A log may delete a partial
 * tile once the full one exists (C2SP tlog-tiles, "Partial Tiles"): then the first hashes of the full tile are used.
 */
export async function storedTile(
  source: LogSource,
  level: number,
  index: number,
  width: number,
): Promise<Buffer | null> {
  const tile = await source.tile(level, index, width);
  if (tile !== null || width === TILE_WIDTH) return tile?.length === width * HASH_BYTES ? tile : null;
  const full = await source.tile(level, index, TILE_WIDTH);
  return full?.length === TILE_WIDTH * HASH_BYTES ? full.subarray(0, width * HASH_BYTES) : null;
}
