import { Injectable } from '@nestjs/common';
import { NotFoundError, UnitOfWork } from '#libs/kernel';
import { type EntryReach } from './entry-reach.js';
import { type EntryFilter, type EntryRange, selectOne, selectRange } from './entry-selection.js';
import { type AuditEntry } from './entry.js';
import { type StoredEntry, toAuditEntry } from './stored-entry.js';

/** Reads entries; what a reader may not see does not leave the database. */
@Injectable()
export class AuditEntriesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws `NotFoundError` for an entry that is not there and for one that is out of reach. */
  async get(id: string, reach: EntryReach): Promise<AuditEntry> {
    const reader = await this.uow.reader();
    const { text, values } = selectOne(id, reach);
    const [row] = await reader.query<StoredEntry[]>(text, values);
    if (!row) throw new NotFoundError('There is no such entry');
    return toAuditEntry(row);
  }

  /** At most `range.limit` entries, in the order of their identifiers. */
  async findRange(filter: EntryFilter, reach: EntryReach, range: EntryRange): Promise<AuditEntry[]> {
    const reader = await this.uow.reader();
    const { text, values } = selectRange(filter, reach, range);
    return (await reader.query<StoredEntry[]>(text, values)).map(toAuditEntry);
  }
}
