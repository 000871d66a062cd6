import { stringify } from 'csv-stringify/sync';
import { type ExportedEntryView } from '../dto/exported-entry.view.js';

/** The columns in order: the members of the entry, of its actor and of its target. */
const COLUMNS: Readonly<Record<string, (entry: ExportedEntryView) => unknown>> = {
  id: ({ id }) => id,
  occurredAt: ({ occurredAt }) => occurredAt,
  action: ({ action }) => action,
  outcome: ({ outcome }) => outcome,
  actorType: ({ actor }) => actor.type,
  actorId: ({ actor }) => actor.id,
  actorRoles: ({ actor }) => actor.roles.join(' '),
  authenticatedBy: ({ actor }) => actor.authenticatedBy,
  sessionId: ({ actor }) => actor.sessionId,
  targetType: ({ target }) => target?.type,
  targetId: ({ target }) => target?.id,
  targetVersion: ({ target }) => target?.version,
  targetSha256: ({ target }) => target?.sha256,
  targetOwnerId: ({ target }) => target?.ownerId,
  reasonCode: ({ reasonCode }) => reasonCode,
  requestId: ({ requestId }) => requestId,
  ip: ({ ip }) => ip,
  userAgent: ({ userAgent }) => userAgent,
  changes: ({ changes }) => changes && JSON.stringify(changes),
  details: ({ details }) => details && JSON.stringify(details),
  redacted: ({ redacted }) => String(redacted),
  leafIndex: ({ leafIndex }) => leafIndex,
  leafHash: ({ leafHash }) => leafHash,
};

const CELLS = Object.values(COLUMNS);

/**
 * Writes CSV (RFC 4180) with a header line; null is an empty cell. All cells are in quotes, and cells that a spreadsheet would
 * interpret as a formula start with an apostrophe (OWASP, "CSV Injection"). Yields one chunk per batch.
 */
export async function* toCsv(batches: AsyncIterable<readonly ExportedEntryView[]>): AsyncGenerator<Buffer> {
  yield table([Object.keys(COLUMNS)]);
  for await (const batch of batches) yield table(batch.map((entry) => CELLS.map((cell) => cell(entry))));
}

function table(rows: readonly unknown[][]): Buffer {
  return Buffer.from(stringify([...rows], { escape_formulas: true, quoted: true, record_delimiter: '\r\n' }));
}
