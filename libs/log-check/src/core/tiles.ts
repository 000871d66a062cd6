/** The number of hashes in a full tile, and of leaves in a full bundle. */
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
