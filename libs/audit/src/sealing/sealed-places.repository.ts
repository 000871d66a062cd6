import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/kernel';

/** Where an entry is in the log, and the hash of its leaf there (RFC 6962), in hexadecimal. */
export interface SealedPlace {
  readonly leafIndex: number;
  readonly leafHash: string;
}

interface PlaceRow {
  readonly entry_id: string;
  readonly leaf_index: string;
  readonly leaf_hash: string;
}

/** Looks up where entries are in the log. */
@Injectable()
export class SealedPlaces {
  constructor(private readonly uow: UnitOfWork) {}

  /** Of those entries that are sealed, by the identifier of the entry. */
  async find(entryIds: readonly string[]): Promise<ReadonlyMap<string, SealedPlace>> {
    if (entryIds.length === 0) return new Map();
    const reader = await this.uow.reader();
    const rows = await reader.query<PlaceRow[]>(
      `SELECT entry_id, leaf_index, encode(leaf_hash, 'hex') AS leaf_hash
       FROM audit.sealed_leaves WHERE entry_id = ANY ($1::uuid[])`,
      [entryIds],
    );
    return new Map(
      rows.map((row) => [row.entry_id, { leafIndex: Number(row.leaf_index), leafHash: row.leaf_hash }]),
    );
  }
}
