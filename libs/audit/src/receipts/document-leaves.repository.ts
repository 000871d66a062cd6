import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/kernel';
import { type LeafInLog } from './receipt-proofs.js';

const BATCH = 100;

interface Row {
  readonly id: string;
  readonly leaf_index: string;
  readonly bytes: Buffer;
}

/** The leaves about one document: what is below a size of the log is the same at every reading. */
@Injectable()
export class DocumentLeavesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Oldest first, in batches, each read when it is asked for. */
  async *about(documentId: string, size: number): AsyncGenerator<LeafInLog[]> {
    let rows: Row[] = [];
    do {
      rows = await this.after(rows.at(-1)?.id ?? null, documentId, size);
      if (rows.length > 0) yield rows.map(({ leaf_index, bytes }) => ({ index: Number(leaf_index), bytes }));
    } while (rows.length === BATCH);
  }

  private async after(id: string | null, documentId: string, size: number): Promise<Row[]> {
    const reader = await this.uow.reader();
    return reader.query<Row[]>(
      `SELECT e.id, s.leaf_index, coalesce(s.adopted_leaf, e.leaf) AS bytes
       FROM audit.entries e JOIN audit.sealed_leaves s ON s.entry_id = e.id
       WHERE e.target_id = $1 AND e.target_type = 'document' AND s.leaf_index < $2 AND ($3::uuid IS NULL OR e.id > $3)
       ORDER BY e.id LIMIT ${BATCH}`,
      [documentId, size, id],
    );
  }
}
