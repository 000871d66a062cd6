import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { LEAF_BYTES } from '../entries/stored-entry.js';
import { type LeafInLog } from './inclusion-proofs.js';

/** The limits of a batch (at least one leaf): they bound its work on the event loop. */
const BATCH = { limit: 100, bytes: 64 * 1024 };

interface Row {
  readonly id: string;
  readonly leaf_index: string;
  readonly bytes: Buffer;
}

/** Reads the leaves about one document. For a fixed size of the log, every read returns the same leaves. */
@Injectable()
export class DocumentLeavesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Oldest first, in batches; each batch is read on demand. */
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
           SELECT e.id, s.leaf_index, ${LEAF_BYTES} AS bytes
           FROM audit.entries e JOIN audit.sealed_leaves s ON s.entry_id = e.id
           WHERE e.target_id = $1 AND e.target_type = 'document' AND s.leaf_index < $2 AND ($3::uuid IS NULL OR e.id > $3)
           ORDER BY e.id LIMIT ${BATCH.limit}) found) weighed
       WHERE before < ${BATCH.bytes} ORDER BY id`,
      [documentId, size, id],
    );
  }
}
