/** The height of a tile: it holds the hashes of 2^8 nodes of one level (C2SP tlog-tiles, "Merkle Tree"). */
export const TILE_HEIGHT = 8;
/** The number of hashes in a full tile. */
export const TILE_WIDTH = 256;
/** The highest level of a tile that tlog-tiles can name. */
export const MAX_TILE_LEVEL = 63;

/** A tile: `width` hashes of the level 256^level, from number index * 256. Partial if width is below 256. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A source of tiles: tables, files or another server. Callers ask only for tiles within the log. */
export interface TileSource {
  /**
   * The concatenated hashes of each tile, exactly width * 32 bytes, in the order of the request. One call, so that a
   * proof takes one round trip. Rejects if a tile is missing.
   */
  read(tiles: readonly Tile[]): Promise<readonly Uint8Array[]>;
}

/** The number of hashes of a level in a log of this size: one per complete group of 256^level leaves. */
export function hashesOfLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The width of a tile in a log of this size; 0 if it does not exist. */
export function tileWidth(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesOfLevel(level, size) - index * TILE_WIDTH));
}

/** The partial tiles at the right edge of a log of this size, lowest level first. Empty tiles are omitted. */
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
 * Parses `<N>[.p/<W>]`; null for text outside the grammar, including a number with needless zero groups: each tile has
 * one path, so that caches and access lists cannot be bypassed.
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

/** Parses `<L>`; null unless it is a decimal from 0 to 63 without leading zeroes. */
export function parseTileLevel(text: string): number | null {
  return /^(0|[1-9][0-9]?)$/.test(text) && Number(text) <= MAX_TILE_LEVEL ? Number(text) : null;
}

/** Groups of three digits, with an `x` before all but the last: 1234067 is `x001/x234/067`. */
function numberPath(index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? name : `${name}.p/${width}`;
}

const LENGTH_BYTES = 2;

/** Concatenated leaves, each after its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
export function entryBundle(leaves: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}
