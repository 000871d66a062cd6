import { Injectable } from '@nestjs/common';
import { type Actor, AuditTrail, ForbiddenError, NotFoundError } from '#libs/kernel';
import { entryBundle, parseNumberPath, parseTileLevel, type Tile, TILE_WIDTH, tileWidth } from '#libs/tlog';
import { NewestCheckpoint } from '../log-store/newest-checkpoint.js';
import { NothingSealedError } from '../log-store/sealed-log.errors.js';
import { SealedLog, type SignedCheckpoint } from '../log-store/sealed-log.repository.js';
import { VerifiedCheckpoints } from '../log-store/verified-checkpoints.js';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';

/**
 * The log in the format of C2SP tlog-tiles. Tiles that the newest checkpoint does not cover do not exist, and existing tiles
 * never change. An invalid path answers 404.
 */
@Injectable()
export class PublishedLog {
  constructor(
    private readonly newest: NewestCheckpoint,
    private readonly log: SealedLog,
    private readonly checkpoints: VerifiedCheckpoints,
    private readonly tiles: SealedTiles,
    private readonly audit: AuditTrail,
  ) {}

  /** The newest checkpoint. Throws `NothingSealedError` while there is none. */
  async checkpoint(): Promise<SignedCheckpoint> {
    const checkpoint = await this.newest.find();
    if (!checkpoint) throw new NothingSealedError();
    return checkpoint;
  }

  /** The verifier keys, one per line, newest first. Throws `NothingSealedError` while the log has no checkpoint. */
  async verifierKeys(): Promise<string> {
    const keys = await this.checkpoints.verifierKeys();
    if (keys.length === 0) throw new NothingSealedError();
    return keys
      .toReversed()
      .map((key) => `${key}\n`)
      .join('');
  }

  /** The hashes of a tile. `level` and `path` are parts of its address. Throws `NotFoundError`. */
  async tile(level: string, path: string): Promise<Uint8Array> {
    const tile = await this.requireTile(parseTileLevel(level), path);
    return this.tiles.tile(tile.level, tile.index, tile.width);
  }

  /** The leaves of an entry bundle. Throws `NotFoundError`, and `ForbiddenError` for readers who may not see all entries. */
  async entries(reader: Actor, path: string): Promise<Buffer> {
    if (!reader.reaches('audit:read', 'any'))
      throw new ForbiddenError('Reading entry bundles requires access to all entries of the audit log');
    const { index, width } = await this.requireTile(0, path);
    const leaves = await this.log.findLeaves(index * TILE_WIDTH, width);
    if (leaves.length !== width) throw new Error(`Bundle ${index} has ${leaves.length} leaves, not ${width}`);
    this.audit.setTarget({ type: 'audit_log', id: 'entries' });
    this.audit.addDetails({ bundle: index, entries: width });
    return entryBundle(leaves.map(({ bytes }) => bytes));
  }

  private async requireTile(level: number | null, path: string): Promise<Tile> {
    const name = parseNumberPath(path);
    if (level === null || !name) throw new NotFoundError('This is not the name of a tile');
    const tile = { level, ...name };
    const end = (tile.index * TILE_WIDTH + tile.width) * TILE_WIDTH ** level;
    const checkpoint = await this.newest.findReaching(end);
    if (tileWidth(level, tile.index, checkpoint?.size ?? 0) < tile.width)
      throw new NotFoundError('The newest checkpoint does not cover this tile');
    return tile;
  }
}
