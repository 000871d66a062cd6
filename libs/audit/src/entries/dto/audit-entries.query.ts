import { IntersectionType } from '@nestjs/swagger';
import { EnumField, EnumSetField, InstantField, PageQuery, TokenField, UuidField } from '#libs/http';
import { AUDIT_ACTION_NAMES, AUDIT_TARGET_TYPES } from '#libs/declarations';
import { type AuditAction, type AuditTargetType } from '#libs/kernel';
import { type EntryFilter } from '../entry-selection.js';
import { AUDIT_OUTCOMES, type AuditOutcome } from '../entry.js';

/** Filters; an entry must match all of them. */
export class AuditFilterQuery {
  @UuidField({ description: 'Only entries about actions of this user.', optional: true })
  actorId?: string;

  @EnumSetField({
    description: 'Only entries with these actions. Repeat the parameter for several actions.',
    values: AUDIT_ACTION_NAMES,
    max: 100,
    optional: true,
    inQuery: true,
    example: ['document.verified', 'document.rejected'],
  })
  action?: AuditAction[];

  @EnumField({
    description: 'Only entries whose target has this type.',
    values: AUDIT_TARGET_TYPES,
    optional: true,
  })
  targetType?: AuditTargetType;

  @TokenField({
    description: 'Only entries whose target has this identifier.',
    max: 100,
    optional: true,
    example: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  })
  targetId?: string;

  @EnumField({ description: 'Only entries with this outcome.', values: AUDIT_OUTCOMES, optional: true })
  outcome?: AuditOutcome;

  @InstantField({
    description: 'Only entries recorded at or after this time.',
    optional: true,
    example: '2026-01-01T00:00:00Z',
  })
  from?: string;

  @InstantField({
    description: 'Only entries recorded before this time.',
    optional: true,
    example: '2027-01-01T00:00:00Z',
  })
  to?: string;
}

export class ListAuditEntriesQuery extends IntersectionType(AuditFilterQuery, PageQuery) {}

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class ExportAuditQuery extends AuditFilterQuery {
  @EnumField({
    description:
      'The format: `ndjson` for one JSON object per line, or `csv` for spreadsheets. The default is `ndjson`.',
    values: EXPORT_FORMATS,
    optional: true,
  })
  format?: ExportFormat;
}

/** Identifiers are compared in lower case. */
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
