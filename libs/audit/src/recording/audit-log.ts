import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { EntryStamps } from '../entries/entry-stamps.js';
import { type AuditEntry, NO_ORIGIN, type Occurrence, type Origin, toEntry } from '../entries/entry.js';
import { AuditEntryWriter } from './audit-entry-writer.js';

/** The origin of the current request, for audited work that runs in a separate transaction. */
const origins = new AsyncLocalStorage<Origin>();

export function withOrigin<T>(origin: Origin, work: () => T): T {
  return origins.run(origin, work);
}

export function currentOrigin(): Origin {
  return origins.getStore() ?? NO_ORIGIN;
}

/** Creates and appends entries. All entries are written through this class. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly stamps: EntryStamps,
    private readonly writer: AuditEntryWriter,
  ) {}

  /** Creates an entry with an identifier and the current time. Throws for an unknown action. */
  entryOf(occurrence: Occurrence): AuditEntry {
    return toEntry(this.stamps.next(), occurrence);
  }

  /** Appends entries in the running transaction. Throws outside a unit of work. */
  async append(...entries: AuditEntry[]): Promise<void> {
    await this.writer.append(entries);
  }
}
