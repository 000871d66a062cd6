import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { type LeafInLog } from './inclusion-proofs.js';

/** What is read at once, in any case one leaf: so little that handling it holds nobody up. */
const BATCH = { limit: 100, bytes: 64 * 1024 };

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
    let rows = await this.after(null, documentId, size);
    while (rows.length > 0) {
      yield rows.map(({ leaf_index, bytes }) => ({ index: Number(leaf_index), bytes }));
      rows = await this.after(rows.at(-1)?.id ?? null, documentId, size);
    }
  }

  private async after(id: string | null, documentId: string, size: number): Promise<Row[]> {
    return this.uow.read<Row>(
      `SELECT id, leaf_index, bytes FROM (
         SELECT *, sum(octet_length(bytes)) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - octet_length(bytes) AS before
         FROM (
           SELECT e.id, s.leaf_index, coalesce(s.adopted_leaf, e.leaf) AS bytes
           FROM audit.entries e JOIN audit.sealed_leaves s ON s.entry_id = e.id
           WHERE e.target_id = $1 AND e.target_type = 'document' AND s.leaf_index < $2 AND ($3::uuid IS NULL OR e.id > $3)
           ORDER BY e.id LIMIT ${BATCH.limit}) found) weighed
       WHERE before < ${BATCH.bytes} ORDER BY id`,
      [documentId, size, id],
    );
  }
}
