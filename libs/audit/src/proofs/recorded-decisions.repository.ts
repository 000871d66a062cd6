import { Injectable } from '@nestjs/common';
import { type AuditAction } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { type DecisionRef } from './provable-log.js';

/** The entry of a decision; `sealed` is its index and the newest checkpoint, null until one covers it. */
export interface DecisionEntry {
  readonly entryId: string;
  readonly leaf: Buffer | null;
  readonly sealed: {
    readonly index: number;
    readonly size: number;
    readonly root: Buffer;
    readonly note: string;
  } | null;
}

interface Row {
  readonly entry_id: string;
  readonly leaf: Buffer | null;
  readonly leaf_index: string | null;
  readonly tree_size: string | null;
  readonly root_hash: Buffer | null;
  readonly note: string | null;
}

const DECISION_ACTIONS: readonly AuditAction[] = [
  'document.verified',
  'document.rejected',
  'document.changes_requested',
];

/** Finds the entries of decisions. */
@Injectable()
export class RecordedDecisionsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Null when no entry records this decision. */
  async find({ documentId, decisionId }: DecisionRef): Promise<DecisionEntry | null> {
    const [row] = await this.uow.read<Row>(
      `SELECT e.id AS entry_id, coalesce(e.leaf, s.adopted_leaf) AS leaf, s.leaf_index, c.tree_size, c.root_hash, c.note
       FROM audit.entries e
       LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id
       LEFT JOIN LATERAL (
         SELECT tree_size, root_hash, note FROM audit.checkpoints
         WHERE tree_size > s.leaf_index ORDER BY tree_size DESC LIMIT 1) c ON TRUE
       WHERE e.target_id = $1 AND e.target_type = 'document' AND e.outcome = 'succeeded' AND e.action = ANY ($3)
         AND $2 IN (e.details->>'decisionId', e.details->'decision'->>'id')`,
      [documentId, decisionId, DECISION_ACTIONS],
    );
    return row ? toEntry(row) : null;
  }

  /** The ids of these entries that a checkpoint covers. */
  async sealedAmong(entryIds: readonly string[]): Promise<string[]> {
    const rows = await this.uow.read<{ entry_id: string }>(
      `SELECT entry_id FROM audit.sealed_leaves
       WHERE entry_id = ANY ($1::uuid[]) AND leaf_index < (SELECT max(tree_size) FROM audit.checkpoints)`,
      [entryIds],
    );
    return rows.map((row) => row.entry_id);
  }
}

function toEntry({ entry_id: entryId, leaf, leaf_index, tree_size, root_hash, note }: Row): DecisionEntry {
  if (leaf_index === null || tree_size === null || root_hash === null || note === null) {
    return { entryId, leaf, sealed: null };
  }
  return {
    entryId,
    leaf,
    sealed: { index: Number(leaf_index), size: Number(tree_size), root: root_hash, note },
  };
}
