import { type Tile } from './tile.js';

/** Where the tiles of a log are: tables, files, another server. What is asked for lies within the log. */
export interface TileSource {
  /**
   * The hashes of each tile, one behind the other: width * 32 bytes exactly, in the order asked for. All at once, so that
   * a proof takes one round trip. Rejects when one is not there.
   */
  read(tiles: readonly Tile[]): Promise<readonly Uint8Array[]>;
}
