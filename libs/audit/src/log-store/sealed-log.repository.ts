import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';

/** A published checkpoint: size and root of the log, and the signed note about them. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  /** The signed note (C2SP signed-note, tlog-checkpoint). */
  readonly note: string;
  readonly signedAt: Date;
}

/** Checkpoints and verifier keys as the database stores them. */
export interface StoredCheckpoints {
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly vkeys: readonly string[];
}

/** An entry at its index in the log. */
export interface SealedLeaf {
  readonly index: number;
  readonly entryId: string;
  readonly hash: Buffer;
  /** The bytes that were hashed. */
  readonly bytes: Buffer;
}

interface CheckpointRow {
  readonly tree_size: string;
  readonly root_hash: Buffer;
  readonly note: string;
  readonly signed_at: string;
  readonly vkeys: readonly string[] | null;
}

interface LeafRow {
  readonly leaf_index: string;
  readonly entry_id: string;
  readonly leaf_hash: Buffer;
  readonly bytes: Buffer;
}

const CHECKPOINTS = `
  SELECT tree_size, root_hash, note, signed_at,
    (SELECT array_agg(vkey ORDER BY first_used_at, vkey) FROM audit.log_keys) AS vkeys
  FROM audit.checkpoints WHERE $1::bigint IS NULL OR tree_size < $1 ORDER BY tree_size DESC LIMIT $2`;
const LEAF = `SELECT s.leaf_index, s.entry_id, s.leaf_hash, coalesce(s.adopted_leaf, e.leaf) AS bytes
  FROM audit.sealed_leaves s JOIN audit.entries e ON e.id = s.entry_id`;

/**
 * Reads the sealed log. Leaves are visible shortly before the checkpoint that covers them: to create a proof, read the
 * checkpoint first.
 */
@Injectable()
export class SealedLog {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Checkpoints as they are stored, largest first, and the stored verifier keys. Nothing of it is verified: use
   * `VerifiedCheckpoints`. `below` limits them to smaller ones.
   */
  async storedCheckpoints(below: number | null, limit: number): Promise<StoredCheckpoints> {
    const rows = await this.uow.read<CheckpointRow>(CHECKPOINTS, [below, limit]);
    return {
      checkpoints: rows.map(({ tree_size, root_hash, note, signed_at }) => ({
        size: Number(tree_size),
        root: root_hash,
        note,
        signedAt: new Date(signed_at),
      })),
      vkeys: rows[0]?.vkeys ?? [],
    };
  }

  /** The stored verifier keys, oldest first, not verified. */
  async storedKeys(): Promise<string[]> {
    const rows = await this.uow.read<{ vkey: string }>(
      'SELECT vkey FROM audit.log_keys ORDER BY first_used_at, vkey',
      [],
    );
    return rows.map(({ vkey }) => vkey);
  }

  /** The leaf of an entry; null while it is not sealed. */
  async findLeaf(entryId: string): Promise<SealedLeaf | null> {
    const [leaf] = await this.leaves(`${LEAF} WHERE s.entry_id = $1`, [entryId]);
    return leaf ?? null;
  }

  /** The sealed leaves of the range, by index. */
  async findLeaves(from: number, count: number): Promise<SealedLeaf[]> {
    return this.leaves(`${LEAF} WHERE s.leaf_index >= $1 AND s.leaf_index < $2 ORDER BY s.leaf_index`, [
      from,
      from + count,
    ]);
  }

  private async leaves(sql: string, values: unknown[]): Promise<SealedLeaf[]> {
    const rows = await this.uow.read<LeafRow>(sql, values);
    return rows.map((row) => ({
      index: Number(row.leaf_index),
      entryId: row.entry_id,
      hash: row.leaf_hash,
      bytes: row.bytes,
    }));
  }
}
