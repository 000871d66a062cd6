import { Injectable } from '@nestjs/common';
import { type AuditAction } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { type DecisionRef } from './provable-log.js';

/** The entry of a decision; `index` is its place in the log, null until it is sealed. A checkpoint may not cover it yet. */
export interface DecisionEntry {
  readonly entryId: string;
  readonly leaf: Buffer | null;
  readonly index: number | null;
}

interface Row {
  readonly entry_id: string;
  readonly leaf: Buffer | null;
  readonly leaf_index: string | null;
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
      `SELECT e.id AS entry_id, coalesce(e.leaf, s.adopted_leaf) AS leaf, s.leaf_index
       FROM audit.entries e
       LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id
       WHERE e.target_id = $1 AND e.target_type = 'document' AND e.outcome = 'succeeded' AND e.action = ANY ($3)
         AND $2 IN (e.details->>'decisionId', e.details->'decision'->>'id')`,
      [documentId, decisionId, DECISION_ACTIONS],
    );
    return row ? toEntry(row) : null;
  }

  /** The index in the log of each of these entries that is sealed. */
  async indexesOf(entryIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.uow.read<{ entry_id: string; leaf_index: string }>(
      'SELECT entry_id, leaf_index FROM audit.sealed_leaves WHERE entry_id = ANY ($1::uuid[])',
      [entryIds],
    );
    return new Map(rows.map(({ entry_id, leaf_index }) => [entry_id, Number(leaf_index)]));
  }
}

function toEntry({ entry_id: entryId, leaf, leaf_index }: Row): DecisionEntry {
  return { entryId, leaf, index: leaf_index === null ? null : Number(leaf_index) };
}
