import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { type ExportFormat } from '../dto/audit-entries.query.js';
import {
  type ExportedEntry,
  type ExportedEntryView,
  toExportedEntryView,
} from '../dto/exported-entry.view.js';
import { toCsv } from './csv.js';

const WRITERS = {
  ndjson: { write: toNdjson, type: 'application/x-ndjson' },
  csv: { write: toCsv, type: 'text/csv; charset=utf-8; header=present' },
} as const;

/** Streams the entries as a file. At most one batch is in memory. */
export function exportFile(
  batches: AsyncIterable<readonly ExportedEntry[]>,
  format: ExportFormat,
): StreamableFile {
  const { write, type } = WRITERS[format];
  return new StreamableFile(Readable.from(write(viewsOf(batches)), { objectMode: false }), {
    type,
    disposition: `attachment; filename="audit.${format}"`,
  });
}

async function* viewsOf(
  batches: AsyncIterable<readonly ExportedEntry[]>,
): AsyncGenerator<ExportedEntryView[]> {
  for await (const batch of batches) yield batch.map(toExportedEntryView);
}

/** Writes newline-delimited JSON, one chunk per batch. */
async function* toNdjson(batches: AsyncIterable<readonly object[]>): AsyncGenerator<Buffer> {
  for await (const batch of batches) {
    yield Buffer.from(batch.map((item) => `${JSON.stringify(item)}\n`).join(''));
  }
}
