import { HASH_BYTES } from '#libs/merkle';
import { LENGTH_BYTES } from '../formats/entry-bundle.js';
import { TILE_WIDTH } from '../formats/tile-path.js';
import { type Room } from '../sources/bounded-file.js';
import { type LogSource } from '../sources/log-source.js';

/*
 * A log may drop a partial tile once the full one exists (C2SP tlog-tiles, "Partial Tiles"): then the beginning of the full
 * one is what was meant.
 */

/** The hashes of a tile as the source has them, or null when it has none or not as many. */
export async function storedTile(
  source: LogSource,
  level: number,
  index: number,
  width: number,
): Promise<Buffer | null> {
  const tile = await source.tile(level, index, width);
  if (tile !== null || width === TILE_WIDTH) return tile?.length === width * HASH_BYTES ? tile : null;
  return (await source.tile(level, index, TILE_WIDTH))?.subarray(0, width * HASH_BYTES) ?? null;
}

/** The first `width` leaves of a bundle, or null when the source has no such bundle. */
export async function storedBundle(
  source: LogSource,
  index: number,
  width: number,
  room?: Room,
): Promise<Buffer | null> {
  const bundle = await source.bundle(index, width, room);
  if (bundle !== null || width === TILE_WIDTH) return bundle;
  const full = await source.bundle(index, TILE_WIDTH, room);
  return full && full.subarray(0, lengthOf(full, width));
}

function lengthOf(bundle: Buffer, leaves: number): number {
  let at = 0;
  for (let leaf = 0; leaf < leaves && at + LENGTH_BYTES <= bundle.length; leaf++) {
    at += LENGTH_BYTES + bundle.readUInt16BE(at);
  }
  return at;
}
