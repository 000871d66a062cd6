import { IntersectionType } from '@nestjs/swagger';
import { EnumField, EnumSetField, InstantField, PageQuery, TokenField, UuidField } from '#libs/kernel';
import { AUDIT_ACTION_NAMES, type AuditAction } from '../actions.js';
import { type EntryFilter } from '../entry-selection.js';
import { AUDIT_OUTCOMES, AUDIT_TARGET_TYPES, type AuditOutcome, type AuditTargetType } from '../entry.js';

/** Filters of the log that all must hold. */
export class AuditFilterQuery {
  @UuidField({ description: 'Only what this user did.', optional: true })
  actorId?: string;

  @EnumSetField({
    description: 'Only these actions; repeat the parameter for more than one.',
    values: AUDIT_ACTION_NAMES,
    optional: true,
    inQuery: true,
    example: ['document.verified', 'document.rejected'],
  })
  action?: AuditAction[];

  @EnumField({
    description: 'Only what was done to things of this kind.',
    values: AUDIT_TARGET_TYPES,
    optional: true,
  })
  targetType?: AuditTargetType;

  @TokenField({
    description: 'Only what was done to this one thing.',
    max: 100,
    optional: true,
    example: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  })
  targetId?: string;

  @EnumField({ description: 'Only entries with this outcome.', values: AUDIT_OUTCOMES, optional: true })
  outcome?: AuditOutcome;

  @InstantField({
    description: 'Only entries of this moment or later.',
    optional: true,
    example: '2026-01-01T00:00:00Z',
  })
  from?: string;

  @InstantField({
    description: 'Only entries from before this moment.',
    optional: true,
    example: '2027-01-01T00:00:00Z',
  })
  to?: string;
}

/** One page of the log. */
export class ListAuditEntriesQuery extends IntersectionType(AuditFilterQuery, PageQuery) {}

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

/** The filter that a query asks for, and nothing else of the query. */
export function toEntryFilter(query: AuditFilterQuery): EntryFilter {
  const { actorId, action, targetType, targetId, outcome, from, to } = query;
  return {
    ...(actorId === undefined ? {} : { actorId: actorId.toLowerCase() }),
    ...(action === undefined ? {} : { action }),
    ...(targetType === undefined ? {} : { targetType }),
    ...(targetId === undefined ? {} : { targetId: targetId.toLowerCase() }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
