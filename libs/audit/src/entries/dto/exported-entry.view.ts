import { ApiProperty } from '@nestjs/swagger';
import { type SealedPlace } from '../audit-entries.repository.js';
import { type ReadableEntry } from '../entry-reach.js';
import { AUDIT_ENTRY_EXAMPLE, AuditEntryView, toAuditEntryView } from './audit-entry.view.js';

/** An entry as the reader may see it, with its position in the log; null until it is sealed. */
export interface ExportedEntry {
  readonly entry: ReadableEntry;
  readonly place: SealedPlace | null;
}

/** One line of an export: an entry with its position in the log. */
export class ExportedEntryView extends AuditEntryView {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'The index of the entry in the log, starting at 0; null until the entry is sealed.',
  })
  leafIndex!: number | null;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    nullable: true,
    description: 'The leaf hash: SHA-256(0x00 || leaf). It is null until the entry is sealed.',
  })
  leafHash!: string | null;
}

export const EXPORTED_ENTRY_EXAMPLE = {
  ...AUDIT_ENTRY_EXAMPLE,
  leafIndex: 20_852_161,
  leafHash: '352c4bc168e8373a8234b1ce1ab0d5d9b4d1da318472634f8c23521f2cafaed1',
};

export function toExportedEntryView({ entry, place }: ExportedEntry): ExportedEntryView {
  return {
    ...toAuditEntryView(entry),
    leafIndex: place?.leafIndex ?? null,
    leafHash: place?.leafHash ?? null,
  };
}
