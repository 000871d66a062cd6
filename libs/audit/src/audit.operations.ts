import { getSchemaPath } from '@nestjs/swagger';
import { NotFoundError, type OperationMetadata } from '#libs/kernel';
import { AUDIT_ENTRY_EXAMPLE, AuditEntryPageView, AuditEntryView } from './dto/audit-entry.view.js';

const REACH =
  'Admins and auditors see everything; user managers what happened to accounts and sessions; everybody else what they did themselves and what happened to what is theirs. An entry out of reach does not exist for you. This request becomes an entry too.';

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
  description: `One entry a line, as JSON. ${REACH}\n\nThe export holds what was recorded before the request. A connection that ends without the end of the body was an export that failed: begin it again.`,
  access: 'audit:export',
  audited: 'audit.exported',
  success: {
    status: 200,
    description: 'The entries as newline-delimited JSON. The schema and the example are those of one line.',
    content: {
      'application/x-ndjson': {
        // OpenAPI 3.1 cannot describe a sequence of values: this is the schema of each.
        schema: { $ref: getSchemaPath(AuditEntryView) },
        example: AUDIT_ENTRY_EXAMPLE,
      },
    },
    headers: { 'Content-Disposition': 'The suggested name of a file for the export.' },
  },
};
