import { getSchemaPath } from '@nestjs/swagger';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { AUDIT_ENTRY_EXAMPLE, AuditEntryPageView, AuditEntryView } from './dto/audit-entry.view.js';
import { EXPORTED_ENTRY_EXAMPLE, ExportedEntryView } from './dto/exported-entry.view.js';

const REACH =
  'Admins and auditors see all entries. User managers see the entries about accounts and sessions. Other users see the entries about their own actions and about their own documents and account. The server treats all other entries as if they did not exist. The request itself is recorded in the audit log.';

const CSV_EXAMPLE = '"id","occurredAt","action",…\r\n"019aa099-69c0-7a3e-9a55-3f1f0d8f6f10",…\r\n';

export const LIST_AUDIT_ENTRIES: OperationMetadata = {
  id: 'listAuditEntries',
  summary: 'List entries of the audit log, newest first',
  description: `${REACH}\n\nEntries are ordered by their recorded time, which comes from the clock of the process that did the work. Entries of the same millisecond have a fixed order. An entry whose transaction commits late can appear below an entry that the client has already read.`,
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
  description: `One entry per line, as JSON or as CSV, each with its index in the log and the hash of its leaf. ${REACH}\n\nThe export contains the entries that were recorded before the request. If the connection closes before the end of the body, the export has failed: start it again.`,
  access: 'audit:export',
  audited: 'audit.exported',
  success: {
    status: 200,
    description:
      'The entries as newline-delimited JSON (the schema and the example describe one line), or as CSV (RFC 4180) with the same members in columns. In CSV, a cell that a spreadsheet would interpret as a formula starts with an apostrophe.',
    content: {
      'application/x-ndjson': {
        // OpenAPI 3.1 cannot describe a sequence of values: this is the schema of one line.
        schema: { $ref: getSchemaPath(ExportedEntryView) },
        example: EXPORTED_ENTRY_EXAMPLE,
      },
      'text/csv': { schema: { type: 'string' }, example: CSV_EXAMPLE },
    },
    headers: { 'Content-Disposition': 'The suggested file name for the export.' },
  },
};
