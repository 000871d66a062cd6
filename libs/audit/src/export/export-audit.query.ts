import { EnumField } from '#libs/kernel';
import { AuditFilterQuery } from '../dto/audit-filter.query.js';

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Which entries, and how they are written down. */
export class ExportAuditQuery extends AuditFilterQuery {
  @EnumField({
    description:
      'The format: `ndjson` for one JSON object per line, or `csv` for spreadsheets. The default is `ndjson`.',
    values: EXPORT_FORMATS,
    optional: true,
  })
  format?: ExportFormat;
}
