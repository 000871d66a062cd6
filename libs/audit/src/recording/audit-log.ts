import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { EntryStamps } from '../entries/entry-stamps.js';
import { type AuditEntry, NO_ORIGIN, type Occurrence, type Origin, toEntry } from '../entries/entry.js';
import { AuditEntryWriter } from './audit-entry-writer.js';

/** The origin of the request that is being worked on, for audited work that it starts beside its own transaction. */
const origins = new AsyncLocalStorage<Origin>();

export function withOrigin<T>(origin: Origin, work: () => T): T {
  return origins.run(origin, work);
}

export function currentOrigin(): Origin {
  return origins.getStore() ?? NO_ORIGIN;
}

/** The one door through which every entry goes into the log. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly stamps: EntryStamps,
    private readonly writer: AuditEntryWriter,
  ) {}

  /** The complete entry, stamped now and not yet written. Throws for an action that is not in the list. */
  entryOf(occurrence: Occurrence): AuditEntry {
    return toEntry(this.stamps.next(), occurrence);
  }

  /** Writes within the running transaction: the entries are there exactly if it commits. */
  async append(...entries: AuditEntry[]): Promise<void> {
    await this.writer.append(entries);
  }
}
