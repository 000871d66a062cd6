import { type Client } from 'pg';
import { CannotCheck, LENGTH_BYTES, type LogSource, TILE_WIDTH } from '#libs/log-check';

const CHECKPOINT = 'SELECT note FROM audit.checkpoints ORDER BY tree_size DESC LIMIT 1';
const LEAVES = `SELECT s.leaf_index::float8 AS index, coalesce(e.leaf, s.adopted_leaf) AS leaf
  FROM audit.sealed_leaves s LEFT JOIN audit.entries e ON e.id = s.entry_id
  WHERE s.leaf_index >= $1 AND s.leaf_index < $2 ORDER BY s.leaf_index`;
const FULL_TILE = 'SELECT hashes FROM audit.tiles WHERE level = $1 AND tile_index = $2';
const LEAF_HASHES = `SELECT string_agg(leaf_hash, ''::bytea ORDER BY leaf_index) AS hashes FROM audit.sealed_leaves
  WHERE leaf_index >= $1 AND leaf_index < $2`;
const ROOTS_BELOW = `SELECT string_agg(root, ''::bytea ORDER BY tile_index) AS hashes FROM audit.tiles
  WHERE level = $3 AND tile_index >= $1 AND tile_index < $2`;

/** The log in the tables of an installation, read in the snapshot of the connection, which the caller closes. */
export class DatabaseSource implements LogSource {
  readonly name = 'the database';

  constructor(private readonly client: Client) {}

  async checkpoint(): Promise<Buffer> {
    const { rows } = await this.client.query<{ note: string }>(CHECKPOINT);
    if (!rows[0]) throw new CannotCheck('The database contains no checkpoint yet');
    return Buffer.from(rows[0].note);
  }

  /** Ends before the first missing leaf. */
  async bundle(index: number, width: number): Promise<Buffer | null> {
    const first = index * TILE_WIDTH;
    const { rows } = await this.client.query<{ index: number; leaf: Buffer | null }>(LEAVES, [
      first,
      first + width,
    ]);
    const parts: Buffer[] = [];
    for (const [place, row] of rows.entries()) {
      if (row.index !== first + place || row.leaf === null) break;
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(row.leaf.length);
      parts.push(length, row.leaf);
    }
    return Buffer.concat(parts);
  }

  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    const range = [index * TILE_WIDTH, index * TILE_WIDTH + width];
    if (width === TILE_WIDTH) return this.hashes(FULL_TILE, [level, index]);
    return level === 0 ? this.hashes(LEAF_HASHES, range) : this.hashes(ROOTS_BELOW, [...range, level - 1]);
  }

  private async hashes(sql: string, values: readonly number[]): Promise<Buffer | null> {
    const { rows } = await this.client.query<{ hashes: Buffer | null }>(sql, [...values]);
    return rows[0]?.hashes ?? null;
  }
}
