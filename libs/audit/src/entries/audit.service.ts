import { Injectable } from '@nestjs/common';
import {
  type Actor,
  AuditTrail,
  Clock,
  decodeCursor,
  isUuid,
  type JsonObject,
  type Keyset,
  type Page,
  toPage,
  ValidationError,
} from '#libs/kernel';
import { AuditEntriesRepository, type PlacedEntry } from './audit-entries.repository.js';
import { type ExportedEntry } from './dto/exported-entry.view.js';
import { EntryReach, type ReadableEntry } from './entry-reach.js';
import { type EntryFilter } from './entry-selection.js';

/** Bounds the work on the event loop to a few milliseconds per batch, whatever the size of the entries. */
const BATCH = { limit: 50, bytes: 64 * 1024 };
/** The audit target of requests that read several entries. */
const LOG_TARGET = { type: 'audit_log', id: 'entries' } as const;

/** Reads the entries that the reader may see. Every read is recorded as an entry. */
@Injectable()
export class AuditService {
  constructor(
    private readonly entries: AuditEntriesRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** One page, newest first. */
  async list(
    reader: Actor,
    filter: EntryFilter,
    page: { limit: number; cursor?: string },
  ): Promise<Page<ReadableEntry>> {
    rejectEmptyPeriod(filter);
    const reach = new EntryReach(reader, 'audit:read');
    const after = page.cursor === undefined ? null : decodeCursor(page.cursor, isEntryKeyset).id;
    const rows = await this.entries.findRange(filter, reach, {
      order: 'newest first',
      after,
      limit: page.limit + 1,
    });
    const { items, nextCursor } = toPage(rows, page.limit, ({ id }) => ({ id }));
    this.audit.setTarget(LOG_TARGET);
    this.audit.addDetails({ filter: toJson(filter), entries: items.length });
    return { items: items.map((entry) => reach.reveal(entry)), nextCursor };
  }

  /** Throws `NotFoundError` for an entry that the reader may not see. */
  async get(reader: Actor, id: string): Promise<ReadableEntry> {
    const reach = new EntryReach(reader, 'audit:read');
    const entry = await this.entries.get(id, reach);
    this.audit.setTarget({ type: 'audit_log', id });
    return reach.reveal(entry);
  }

  /**
   * All matching entries recorded before now, oldest first, in batches, each entry with its current position in the log. The
   * first batch is read before the promise resolves, so that an unavailable database causes an error response instead of a
   * broken stream. Each further batch is read on demand with a connection of the pool.
   */
  async export(reader: Actor, filter: EntryFilter): Promise<AsyncIterable<ExportedEntry[]>> {
    rejectEmptyPeriod(filter);
    const reach = new EntryReach(reader, 'audit:export');
    const now = this.clock.now().toISOString();
    const to = filter.to === undefined || Date.parse(filter.to) > Date.parse(now) ? now : filter.to;
    const bounded = { ...filter, to };
    const first = await this.batch(bounded, reach, null);
    this.audit.setTarget(LOG_TARGET);
    this.audit.addDetails({ filter: toJson(bounded) });
    return this.batches(bounded, reach, first);
  }

  private async *batches(
    filter: EntryFilter,
    reach: EntryReach,
    first: PlacedEntry[],
  ): AsyncGenerator<ExportedEntry[]> {
    let batch = first;
    while (batch.length > 0) {
      yield batch.map(({ entry, place }) => ({ entry: reach.reveal(entry), place }));
      batch = await this.batch(filter, reach, batch.at(-1)?.entry.id ?? null);
    }
  }

  private batch(filter: EntryFilter, reach: EntryReach, after: string | null): Promise<PlacedEntry[]> {
    return this.entries.findSlice(filter, reach, { order: 'oldest first', after, ...BATCH });
  }
}

function isEntryKeyset(value: Keyset): value is { id: string } {
  return typeof value['id'] === 'string' && isUuid(value['id']);
}

function rejectEmptyPeriod({ from, to }: EntryFilter): void {
  if (from === undefined || to === undefined || Date.parse(from) < Date.parse(to)) return;
  throw new ValidationError('The requested period is empty', {
    errors: [{ in: 'query', pointer: '/to', detail: 'must be after from' }],
  });
}

function toJson(filter: EntryFilter): JsonObject {
  return JSON.parse(JSON.stringify(filter)) as JsonObject;
}
