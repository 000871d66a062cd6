import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { type EntryReach } from './entry-reach.js';
import { type EntryFilter, type EntryRange, selectOne, selectRange, selectSlice } from './entry-selection.js';
import { type AuditEntry } from './entry.js';
import { type StoredEntry, toAuditEntry } from './stored-entry.js';

/** The position of an entry in the log. */
export interface SealedPlace {
  readonly leafIndex: number;
  /** Hexadecimal. */
  readonly leafHash: string;
}

/** An entry with its position in the log; null until it is sealed. */
export interface PlacedEntry {
  readonly entry: AuditEntry;
  readonly place: SealedPlace | null;
}

interface PlacedRow extends StoredEntry {
  readonly leafIndex: string | null;
  readonly leafHash: string | null;
}

/** Reads entries. Every statement contains the visibility filter of the reader. */
@Injectable()
export class AuditEntriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws `NotFoundError` for an entry that does not exist or that the reader may not see. */
  async get(id: string, reach: EntryReach): Promise<AuditEntry> {
    const { text, values } = selectOne(id, reach);
    const [row] = await this.uow.read<StoredEntry>(text, values);
    if (!row) throw new NotFoundError('There is no such entry');
    return toAuditEntry(row);
  }

  /** At most `range.limit` entries, in the order of their identifiers. */
  async findRange(filter: EntryFilter, reach: EntryReach, range: EntryRange): Promise<AuditEntry[]> {
    const { text, values } = selectRange(filter, reach, range);
    return (await this.uow.read<StoredEntry>(text, values, { planEachTime: true })).map(toAuditEntry);
  }

  /** Like `findRange`, but limited to `range.bytes` bytes (at least one entry), each entry with its position. */
  async findSlice(
    filter: EntryFilter,
    reach: EntryReach,
    range: EntryRange & { readonly bytes: number },
  ): Promise<PlacedEntry[]> {
    const { text, values } = selectSlice(filter, reach, range);
    return (await this.uow.read<PlacedRow>(text, values, { planEachTime: true })).map(toPlacedEntry);
  }
}

function toPlacedEntry(row: PlacedRow): PlacedEntry {
  const { leafIndex, leafHash } = row;
  const place = leafIndex === null || leafHash === null ? null : { leafIndex: Number(leafIndex), leafHash };
  return { entry: toAuditEntry(row), place };
}
