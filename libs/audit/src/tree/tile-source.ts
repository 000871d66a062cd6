/** Where the tiles of a log are: tables, files, another server. What is asked for lies within the log. */
export interface TileSource {
  /**
   * The first `width` hashes of a tile, one behind the other: width * 32 bytes exactly. Rejects when they are not there;
   * it may hold the full tile already when a partial one is asked for.
   */
  tile(level: number, index: number, width: number): Promise<Uint8Array>;
}
