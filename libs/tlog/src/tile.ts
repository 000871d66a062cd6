/** The height of a tile: it holds the hashes of 2^8 nodes of one level (C2SP tlog-tiles, "Merkle Tree"). */
export const TILE_HEIGHT = 8;
/** The hashes in a full tile. */
export const TILE_WIDTH = 256;
/** The highest level of a tile that tlog-tiles can name. */
export const MAX_TILE_LEVEL = 63;

/** A tile: `width` hashes of the level 256^level, from number index * 256 on. Partial while width is below 256. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Where the tiles of a log are: tables, files, another server. What is asked for lies within the log. */
export interface TileSource {
  /**
   * The hashes of each tile, one behind the other: width * 32 bytes exactly, in the order asked for. All at once, so that
   * a proof takes one round trip. Rejects when one is not there.
   */
  read(tiles: readonly Tile[]): Promise<readonly Uint8Array[]>;
}

/** How many hashes of a level a log of this size has: those above complete groups of 256^level leaves. */
export function hashesOfLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** How wide a tile is in a log of this size; 0 where it does not exist. */
export function tileWidth(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesOfLevel(level, size) - index * TILE_WIDTH));
}

/** The partial tiles at the right edge of a log of this size, lowest level first. Empty tiles are none. */
export function partialTiles(size: number): Tile[] {
  const found: Tile[] = [];
  for (let level = 0; hashesOfLevel(level, size) > 0; level++) {
    const width = hashesOfLevel(level, size) % TILE_WIDTH;
    if (width > 0) found.push({ level, index: Math.floor(hashesOfLevel(level, size) / TILE_WIDTH), width });
  }
  return found;
}

/** The path of a tile below the log's prefix: `tile/<L>/<N>[.p/<W>]`. */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${numberPath(index, width)}`;
}

/** The path of a bundle of entries below the log's prefix: `tile/entries/<N>[.p/<W>]`. */
export function entriesPath(index: number, width: number): string {
  return `tile/entries/${numberPath(index, width)}`;
}

const NUMBER_PATH = /^((?:x[0-9]{3}\/)*)([0-9]{3})(?:[.]p\/([1-9][0-9]{0,2}))?$/;

/**
 * Reads `<N>[.p/<W>]`; null for everything that the grammar does not allow, a number with needless zero groups included:
 * each tile has exactly one name, so that caches and access lists cannot be led around it.
 */
export function parseNumberPath(path: string): Pick<Tile, 'index' | 'width'> | null {
  const [, groups, last, partial] = NUMBER_PATH.exec(path) ?? [];
  if (groups === undefined || last === undefined) return null;
  const index = Number(`${groups.replaceAll(/[x/]/g, '')}${last}`);
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const isPartial = partial !== undefined;
  if (!Number.isSafeInteger(index) || groups.startsWith('x000/') || (isPartial && width >= TILE_WIDTH)) {
    return null;
  }
  return { index, width };
}

/** Reads `<L>`; null for what is not a decimal from 0 to 63 without leading zeroes. */
export function parseTileLevel(text: string): number | null {
  return /^(0|[1-9][0-9]?)$/.test(text) && Number(text) <= MAX_TILE_LEVEL ? Number(text) : null;
}

/** Groups of three digits, all but the last behind an `x`: 1234067 is `x001/x234/067`. */
function numberPath(index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? name : `${name}.p/${width}`;
}

const LENGTH_BYTES = 2;

/** Leaves one behind the other, each after its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
export function entryBundle(leaves: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}
