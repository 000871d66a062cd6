import { Injectable, Optional } from '@nestjs/common';
import { HASH_BYTES } from '#libs/merkle';
import { MeasuredCache, Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/postgres';
import { type Tile, TILE_WIDTH, type TileSource } from '#libs/tlog';

/** Up to 16 KiB each. Enough to keep the upper levels of a log, which every proof needs, in the cache. */
const MAX_CACHED_TILES = 256;

/** Partial tiles are not stored: level 0 is read from the leaf hashes, other levels from the roots of the full tiles below. */
const READ = `
  SELECT CASE
    WHEN w.width = ${TILE_WIDTH} THEN
      (SELECT t.hashes FROM audit.tiles t WHERE t.level = w.level AND t.tile_index = w.tile_index)
    WHEN w.level = 0 THEN
      (SELECT string_agg(s.leaf_hash, ''::bytea ORDER BY s.leaf_index) FROM audit.sealed_leaves s
       WHERE s.leaf_index >= w.tile_index * ${TILE_WIDTH} AND s.leaf_index < w.tile_index * ${TILE_WIDTH} + w.width)
    ELSE
      (SELECT string_agg(t.root, ''::bytea ORDER BY t.tile_index) FROM audit.tiles t
       WHERE t.level = w.level - 1
         AND t.tile_index >= w.tile_index * ${TILE_WIDTH} AND t.tile_index < w.tile_index * ${TILE_WIDTH} + w.width)
    END AS hashes
  FROM unnest($1::smallint[], $2::bigint[], $3::integer[]) WITH ORDINALITY AS w (level, tile_index, width, place)
  ORDER BY w.place`;

/** The log is too short for a tile, or rows are missing. */
export class TileMissingError extends Error {
  override readonly name = 'TileMissingError';
}

/**
 * The tiles of the sealed log, with a cache: a tile of a given width never changes, also a partial one. One statement reads
 * all missing tiles of a call.
 */
@Injectable()
export class SealedTiles implements TileSource {
  private readonly cache: MeasuredCache<Uint8Array>;

  /** Without `metrics` the cache is not measured. */
  constructor(
    private readonly uow: UnitOfWork,
    @Optional() metrics?: Metrics,
  ) {
    this.cache = new MeasuredCache({ name: 'sealed_tiles', max: MAX_CACHED_TILES }, metrics);
  }

  /** Rejects when the log is too short for a tile. */
  async read(tiles: readonly Tile[]): Promise<readonly Uint8Array[]> {
    const found = tiles.map((tile) => this.cache.get(nameOf(tile)));
    const missing = tiles.filter((_, at) => found[at] === null);
    const read = missing.length > 0 ? await this.fetch(missing) : [];
    return found.map((known) => known ?? read.shift() ?? new Uint8Array());
  }

  /** Rejects when the log is too short for the tile. */
  async tile(level: number, index: number, width: number): Promise<Uint8Array> {
    const [hashes] = await this.read([{ level, index, width }]);
    return hashes ?? new Uint8Array();
  }

  /** Forgets what was read: the tables were changed. */
  clear(): void {
    this.cache.clear();
  }

  private async fetch(tiles: readonly Tile[]): Promise<Uint8Array[]> {
    const rows = await this.uow.read<{ hashes: Buffer | null }>(READ, [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ width }) => width),
    ]);
    return tiles.map((tile, at) => {
      const hashes = rows[at]?.hashes ?? Buffer.of();
      if (hashes.length !== tile.width * HASH_BYTES) {
        throw new TileMissingError(
          `Tile ${tile.index} of level ${tile.level} has ${hashes.length / HASH_BYTES} hashes, not ${tile.width}`,
        );
      }
      this.cache.set(nameOf(tile), hashes);
      return hashes;
    });
  }
}

function nameOf({ level, index, width }: Tile): string {
  return `${level}/${index}/${width}`;
}
