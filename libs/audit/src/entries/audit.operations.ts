import { getSchemaPath } from '@nestjs/swagger';
import { NotFoundError, type OperationMetadata } from '#libs/kernel';
import { AUDIT_ENTRY_EXAMPLE, AuditEntryPageView, AuditEntryView } from './dto/audit-entry.view.js';
import { EXPORTED_ENTRY_EXAMPLE, ExportedEntryView } from './dto/exported-entry.view.js';

const REACH =
  'Admins and auditors see everything; user managers what happened to accounts and sessions; everybody else what they did themselves and what happened to what is theirs. An entry out of reach does not exist for you. This request becomes an entry too.';

const CSV_EXAMPLE = '"id","occurredAt","action",…\r\n"019aa099-69c0-7a3e-9a55-3f1f0d8f6f10",…\r\n';

export const LIST_AUDIT_ENTRIES: OperationMetadata = {
  id: 'listAuditEntries',
  summary: 'List entries of the audit log, newest first',
  description: `${REACH}\n\nThe order is that of the recorded time, by the clock of the process that did the work; entries of one millisecond have a fixed order. An entry that commits late can appear below one that you have already seen.`,
  access: 'audit:read',
  audited: 'audit.read',
  success: {
    status: 200,
    description: 'One page of entries.',
    type: AuditEntryPageView,
    example: { items: [AUDIT_ENTRY_EXAMPLE], nextCursor: null },
  },
};

export const GET_AUDIT_ENTRY: OperationMetadata = {
  id: 'getAuditEntry',
  summary: 'Read an entry of the audit log',
  description: REACH,
  access: 'audit:read',
  audited: 'audit.read',
  success: { status: 200, description: 'The entry.', type: AuditEntryView, example: AUDIT_ENTRY_EXAMPLE },
  problems: [NotFoundError],
};

export const EXPORT_AUDIT_ENTRIES: OperationMetadata = {
  id: 'exportAuditEntries',
  summary: 'Export entries of the audit log, oldest first',
  description: `One entry a line, as JSON or as a table, each with its place in the log and the hash of its leaf. ${REACH}\n\nThe export holds what was recorded before the request. A connection that ends without the end of the body was an export that failed: begin it again.`,
  access: 'audit:export',
  audited: 'audit.exported',
  success: {
    status: 200,
    description:
      'The entries as newline-delimited JSON, whose schema and example are those of one line; or as CSV (RFC 4180) with the same members in columns, where a cell that a spreadsheet would take for a formula begins with an apostrophe.',
    content: {
      'application/x-ndjson': {
        // OpenAPI 3.1 cannot describe a sequence of values: this is the schema of each.
        schema: { $ref: getSchemaPath(ExportedEntryView) },
        example: EXPORTED_ENTRY_EXAMPLE,
      },
      'text/csv': { schema: { type: 'string' }, example: CSV_EXAMPLE },
    },
    headers: { 'Content-Disposition': 'The suggested name of a file for the export.' },
  },
};
