import { EnumField } from '#libs/kernel';
import { AuditFilterQuery } from './audit-filter.query.js';

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Which entries, and how they are written down. */
export class ExportAuditQuery extends AuditFilterQuery {
  @EnumField({
    description: 'One JSON object a line, or a table for spreadsheets. `ndjson` if absent.',
    values: EXPORT_FORMATS,
    optional: true,
  })
  format?: ExportFormat;
}
