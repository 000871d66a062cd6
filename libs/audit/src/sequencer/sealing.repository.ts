import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { type FullTile } from '#libs/tlog';
import { type KeptPersonalValues } from '../entries/personal-values.js';
import { type StoredEntry, STORED_ENTRY } from '../entries/stored-entry.js';
import { type SignedCheckpoint } from '../log-store/sealed-log.repository.js';
import { FIRST_PLACE, type SealingProgress, snapshotParts } from './sealing-progress.js';

/** An entry without an index in the log. */
export interface UnsealedEntry extends StoredEntry {
  readonly id: string;
  readonly xid: string;
  readonly occurredAt: Date;
}

/** The state of the database at the snapshot of a query. */
export interface SealedState {
  /** The system identifier of the cluster. Another cluster, for example after restoring a dump, has different transaction ids. */
  readonly cluster: string;
  /** Identifies this run of the server and this database: after a restart the database may be a restored one. */
  readonly incarnation: string;
  readonly size: number;
  readonly snapshot: string;
}

export interface UnsealedBatch {
  readonly state: SealedState;
  readonly entries: readonly UnsealedEntry[];
}

/** A leaf with its new index. */
export interface PlacedLeaf {
  readonly index: number;
  readonly entryId: string;
  readonly hash: Uint8Array;
  /** The leaf that is created now for an entry of a release without leaves; null for other entries. */
  readonly adopted: { readonly bytes: Buffer; readonly personal: KeptPersonalValues | null } | null;
}

interface StateRow {
  readonly cluster: string;
  readonly incarnation: string;
  readonly size: string;
  readonly snapshot: string;
}

/** Each row has the state and an entry; without entries there is one row with the state. */
interface UnsealedRow extends StateRow, StoredEntry {
  readonly id: string | null;
  readonly xid: string;
  readonly occurredAt: string;
}

const STATE = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
    pg_postmaster_start_time()::text || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS incarnation,
    coalesce((SELECT leaf_index + 1 FROM audit.sealed_leaves ORDER BY leaf_index DESC LIMIT 1), 0) AS size`;

const ENTRY = `e.id, e.xid::text AS xid, e.occurred_at AS "occurredAt", ${STORED_ENTRY.columns}`;

/** No batch has long pauses between its statements. */
const IDLE_TIMEOUT_MS = 2000;

/** The statements of the sequencer. */
@Injectable()
export class SealingRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async state(): Promise<SealedState> {
    const rows = await this.uow.read<StateRow>(`${STATE}, pg_current_snapshot()::text AS snapshot`, []);
    return stateOf(rows);
  }

  /** The progress stored with the last batch; null before the first. Rows beyond the log are ignored. */
  async progress(): Promise<SealingProgress | null> {
    const [row] = await this.uow.read<{
      cluster: string;
      seen: string;
      next: string | null;
      xid: string;
      id: string;
    }>(
      `SELECT cluster, seen::text AS seen, next_seen::text AS next, next_up_to::text AS xid, next_up_to_id AS id
       FROM audit.sealing_progress
       WHERE tree_size <= coalesce((SELECT leaf_index + 1 FROM audit.sealed_leaves ORDER BY leaf_index DESC LIMIT 1), 0)
       ORDER BY tree_size DESC LIMIT 1`,
      [],
    );
    if (!row) return null;
    const { cluster, seen, next, xid, id } = row;
    return { cluster, seen, next: next === null ? null : { snapshot: next, upTo: { xid, id } } };
  }

  /**
   * At most `limit` committed entries that the progress does not cover, in the order of sealing, with the state of the database
   * at the same snapshot. New entries come from two sources: transactions that the previous snapshot saw running, and
   * transactions with ids from the end of that snapshot.
   */
  async findUnsealed({ seen, next }: SealingProgress, limit: number): Promise<UnsealedBatch> {
    const { xmax, running } = snapshotParts(seen);
    const { xid, id } = next?.upTo ?? FIRST_PLACE;
    const part = (condition: string): string => `
      (SELECT e.id, e.xid FROM audit.entries e
       WHERE ${condition} AND (e.xid, e.id) > ($4::xid8, $5::uuid)
         AND pg_visible_in_snapshot(e.xid, state.snapshot)
         AND NOT EXISTS (SELECT FROM audit.sealed_leaves s WHERE s.entry_id = e.id)
       ORDER BY e.xid, e.id LIMIT $6)`;
    return this.find(
      `SELECT found.id FROM (
         ${part('e.xid = ANY($3::xid8[])')}
         UNION ALL
         ${part('e.xid >= $2::xid8 AND e.xid < pg_snapshot_xmax(state.snapshot)')}
       ) found ORDER BY found.xid, found.id LIMIT $6`,
      [next?.snapshot ?? null, xmax, running, xid, id, limit],
    );
  }

  /** The unsealed entries among these, with the state of the database at the same snapshot. */
  async findUnsealedAmong(ids: readonly string[]): Promise<UnsealedBatch> {
    return this.find(
      `SELECT v.id FROM audit.entries v WHERE v.id = ANY ($2::uuid[])
         AND NOT EXISTS (SELECT FROM audit.sealed_leaves s WHERE s.entry_id = v.id)`,
      [null, ids],
    );
  }

  /** The greatest identifier of all entries; null when there are none. */
  async newestEntry(): Promise<string | null> {
    const [row] = await this.uow.read<{ id: string }>(
      'SELECT e.id FROM audit.entries e ORDER BY e.id DESC LIMIT 1',
      [],
    );
    return row?.id ?? null;
  }

  /**
   * Scans the next `limit` entries after `after` and up to `upTo` by id and returns the unsealed ones, independent of
   * transaction ids. `last` is the id of the last scanned entry; null at the end.
   */
  async findUnsealedBetween(
    { after, upTo }: { readonly after: string; readonly upTo: string },
    limit: number,
  ): Promise<UnsealedBatch & { readonly last: string | null }> {
    const [{ last } = { last: null }] = await this.uow.read<{ last: string | null }>(
      `SELECT (SELECT w.id FROM (
         SELECT v.id FROM audit.entries v WHERE v.id > $1::uuid AND v.id <= $2::uuid ORDER BY v.id LIMIT $3
       ) w ORDER BY w.id DESC LIMIT 1) AS last`,
      [after, upTo, limit],
    );
    const found = await this.find(
      `SELECT v.id FROM audit.entries v WHERE v.id > $2::uuid AND v.id <= $3::uuid
         AND NOT EXISTS (SELECT FROM audit.sealed_leaves s WHERE s.entry_id = v.id)`,
      [null, after, last],
    );
    return { ...found, last };
  }

  /**
   * Stores the leaves with their indexes in the running transaction. Two leaders cannot use the same index: the second one
   * gets an error, and its batch is rolled back.
   */
  async append(
    leaves: readonly PlacedLeaf[],
    tiles: readonly FullTile[],
    progress: SealingProgress | null,
  ): Promise<void> {
    const manager = await this.uow.manager();
    // Published data must survive a power failure of the database server. A suspended leader blocks the next indexes: the
    // timeout ends its transaction, so that another leader can take over within the promised time.
    await manager.query(
      `SET LOCAL synchronous_commit = on; SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`,
    );
    await manager.query(
      `INSERT INTO audit.sealed_leaves (leaf_index, entry_id, leaf_hash, adopted_leaf)
       SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[])`,
      [
        leaves.map(({ index }) => index),
        leaves.map(({ entryId }) => entryId),
        leaves.map(({ hash }) => hash),
        leaves.map(({ adopted }) => adopted?.bytes ?? null),
      ],
    );
    const personal = leaves.flatMap(({ entryId, adopted }) =>
      adopted?.personal ? [{ entryId, ...adopted.personal }] : [],
    );
    if (personal.length > 0) {
      await manager.query(
        `INSERT INTO audit.personal_values (entry_id, salt, value)
         SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])`,
        [
          personal.map(({ entryId }) => entryId),
          personal.map(({ salt }) => salt),
          personal.map(({ value }) => value),
        ],
      );
    }
    if (tiles.length > 0) {
      await manager.query(
        `INSERT INTO audit.tiles (level, tile_index, hashes, root)
         SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])`,
        [
          tiles.map(({ level }) => level),
          tiles.map(({ index }) => index),
          tiles.map(({ hashes }) => hashes),
          tiles.map(({ root }) => root),
        ],
      );
    }
    if (progress !== null) {
      const { cluster, seen, next } = progress;
      await manager.query(
        `INSERT INTO audit.sealing_progress (tree_size, cluster, seen, next_seen, next_up_to, next_up_to_id)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [
          (leaves.at(-1)?.index ?? -1) + 1,
          cluster,
          seen,
          next?.snapshot ?? null,
          next?.upTo.xid ?? null,
          next?.upTo.id ?? null,
        ],
      );
    }
  }

  /** Publishes a checkpoint in the running transaction. Does nothing if another leader has published this size. */
  async publish({ size, root, note, signedAt }: SignedCheckpoint, vkeys: readonly string[]): Promise<void> {
    const manager = await this.uow.manager();
    await manager.query(
      `WITH keys AS (
         INSERT INTO audit.log_keys (vkey, first_used_at) SELECT unnest($5::text[]), $4 ON CONFLICT DO NOTHING)
       INSERT INTO audit.checkpoints (tree_size, root_hash, note, signed_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [size, root, note, signedAt, vkeys],
    );
  }

  private async find(identifiers: string, values: unknown[]): Promise<UnsealedBatch> {
    const rows = await this.uow.read<UnsealedRow>(
      `WITH state AS MATERIALIZED (${STATE}, coalesce($1::pg_snapshot, pg_current_snapshot()) AS snapshot)
       SELECT state.cluster, state.incarnation, state.size, state.snapshot::text AS snapshot, entry.*
       FROM state LEFT JOIN LATERAL (
         SELECT ${ENTRY} FROM (${identifiers}) wanted JOIN audit.entries e ON e.id = wanted.id ${STORED_ENTRY.joins}
       ) entry ON TRUE
       ORDER BY entry.xid::xid8, entry.id`,
      values,
      { planEachTime: true },
    );
    return { state: stateOf(rows), entries: rows.flatMap(unsealedEntry) };
  }
}

function stateOf([row]: readonly StateRow[]): SealedState {
  if (!row) throw new Error('PostgreSQL gave no row for its own state');
  const { cluster, incarnation, size, snapshot } = row;
  return { cluster, incarnation, size: Number(size), snapshot };
}

function unsealedEntry({ id, xid, occurredAt, leaf, personal, columns }: UnsealedRow): UnsealedEntry[] {
  return id === null ? [] : [{ id, xid, occurredAt: new Date(occurredAt), leaf, personal, columns }];
}
