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
  INSERT INTO documents.deliveries AS d (document_id, reader_id, sha256, ranges)
  VALUES ($1, $2, decode($3, 'hex'), int8multirange(int8range($4, $5, '[]')))
  ON CONFLICT ON CONSTRAINT pk_deliveries DO UPDATE SET ranges = d.ranges + excluded.ranges
  WHERE d.delivered_at IS NULL
    AND (pg_column_size(d.ranges) < ${MAX_RANGES_BYTES} OR excluded.ranges @> int8range(0, $6))
  RETURNING ranges @> int8range(0, $6) AS complete`;
const COMPLETE = `
  UPDATE documents.deliveries SET delivered_at = now()
  WHERE document_id = $1 AND reader_id = $2 AND sha256 = decode($3, 'hex') AND delivered_at IS NULL RETURNING 1`;

/** `documents.deliveries`: which bytes were delivered to which reviewer. A complete delivery never changes. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Stores, on its own, that a range was delivered. Returns whether the ranges cover the file and `complete` is to follow. */
  async add({ documentId, readerId, sha256, size, range }: DeliveredBytes): Promise<boolean> {
    const values = [documentId, readerId, sha256, range.start, range.end, size];
    const { rows } = await this.uow.autonomous<{ complete: boolean }>(ADD, values);
    return rows[0]?.complete ?? false;
  }

  /** Marks the delivery as complete. Returns false if it already was. */
  async complete({ documentId, readerId, sha256 }: DeliveredBytes): Promise<boolean> {
    const manager = await this.uow.manager();
    const [rows] = await manager.query<[object[], number]>(COMPLETE, [documentId, readerId, sha256]);
    return rows.length > 0;
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
