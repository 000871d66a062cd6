import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/kernel';
import { TILE_WIDTH } from '../tree/tile.js';
import { type TileSource } from '../tree/tile-source.js';

/**
 * The tiles of the sealed log. Full ones are stored; what a partial one holds is there anyway: the hashes of leaves at
 * level 0, the roots of the full tiles below at every other. What is sealed never changes, so nothing read here does.
 */
@Injectable()
export class SealedTiles implements TileSource {
  constructor(private readonly uow: UnitOfWork) {}

  /** Rejects when the log does not reach so far. */
  async tile(level: number, index: number, width: number): Promise<Uint8Array> {
    const hashes = width === TILE_WIDTH ? await this.full(level, index) : null;
    return hashes ?? this.partial(level, index, width);
  }

  private async full(level: number, index: number): Promise<Uint8Array | null> {
    const reader = await this.uow.reader();
    const [row] = await reader.query<Array<{ hashes: Buffer }>>(
      'SELECT hashes FROM audit.tiles WHERE level = $1 AND tile_index = $2',
      [level, index],
    );
    return row?.hashes ?? null;
  }

  private async partial(level: number, index: number, width: number): Promise<Uint8Array> {
    const reader = await this.uow.reader();
    const from = index * TILE_WIDTH;
    const rows =
      level === 0
        ? await reader.query<Array<{ hash: Buffer }>>(
            `SELECT leaf_hash AS hash FROM audit.sealed_leaves
             WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index`,
            [from, from + width],
          )
        : await reader.query<Array<{ hash: Buffer }>>(
            `SELECT root AS hash FROM audit.tiles
             WHERE level = $1 AND tile_index >= $2 AND tile_index < $3 ORDER BY tile_index`,
            [level - 1, from, from + width],
          );
    if (rows.length !== width) {
      throw new Error(`Tile ${index} of level ${level} has ${rows.length} hashes, not ${width}`);
    }
    return Buffer.concat(rows.map(({ hash }) => hash));
  }
}
