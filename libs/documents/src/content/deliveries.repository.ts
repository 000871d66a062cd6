import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { type ByteRange } from '#libs/storage';

/** Bytes of a document that were delivered to a reviewer. */
export interface DeliveredBytes {
  readonly documentId: string;
  readonly readerId: string;
  readonly sha256: string;
  readonly size: number;
  readonly range: ByteRange;
}

/** A row with more ranges is not extended: a reader who takes a file apart into single bytes must not grow it without limit. */
const MAX_RANGES_BYTES = 16 * 1024;

const ADD = `
  INSERT INTO documents.deliveries AS d (document_id, reader_id, sha256, ranges, delivered_at)
  SELECT $1, $2, decode($3, 'hex'), part, CASE WHEN part @> whole THEN now() END
  FROM (SELECT int8multirange(int8range($4, $5, '[]')) AS part, int8range(0, $6) AS whole) given
  ON CONFLICT ON CONSTRAINT pk_deliveries DO UPDATE SET ranges = d.ranges + excluded.ranges,
    delivered_at = CASE WHEN d.ranges + excluded.ranges @> int8range(0, $6) THEN now() END
  WHERE d.delivered_at IS NULL AND NOT d.ranges @> excluded.ranges
    AND (pg_column_size(d.ranges) < ${MAX_RANGES_BYTES} OR excluded.ranges @> int8range(0, $6))
  RETURNING delivered_at IS NOT NULL AS complete`;

/** `documents.deliveries`: which bytes were delivered to which reviewer. A complete delivery never changes. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Adds a range to what was delivered before. Returns whether it completed the file; false if it was complete already. */
  async add({ documentId, readerId, sha256, size, range }: DeliveredBytes): Promise<boolean> {
    const manager = await this.uow.manager();
    const values = [documentId, readerId, sha256, range.start, range.end, size];
    const [row] = await manager.query<Array<{ complete: boolean }>>(ADD, values);
    return row?.complete ?? false;
  }

  /** The SHA-256 of each file of the document that was delivered to the reader completely. */
  async deliveredTo(readerId: string, documentId: string): Promise<string[]> {
    const rows = await this.uow.lock<{ sha256: string }>(
      `SELECT encode(sha256, 'hex') AS sha256 FROM documents.deliveries
       WHERE document_id = $1 AND reader_id = $2 AND delivered_at IS NOT NULL`,
      [documentId, readerId],
    );
    return rows.map(({ sha256 }) => sha256);
  }
}
