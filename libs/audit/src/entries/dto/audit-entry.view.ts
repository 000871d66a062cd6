import { ApiProperty } from '@nestjs/swagger';
import { ACTOR_TYPES, type ActorType, type JsonObject, PageView } from '#libs/kernel';
import { AUDIT_ACTION_NAMES, type AuditAction } from '../actions.js';
import { type ReadableEntry } from '../entry-reach.js';
import { AUDIT_OUTCOMES, AUDIT_TARGET_TYPES, type AuditOutcome, type AuditTargetType } from '../entry.js';

/** Who did it. */
export class AuditActorView {
  @ApiProperty({
    type: 'string',
    enum: [...ACTOR_TYPES],
    description:
      'A signed-in user, somebody unknown, the service itself, or an operator at the command line.',
  })
  type!: ActorType;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The user; null for everybody else.',
  })
  id!: string | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    description: 'The roles that the user held at that moment.',
  })
  roles!: string[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'How it was known who it was, or the job that acted.',
  })
  authenticatedBy!: string | null;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  sessionId!: string | null;
}

/** What it was done to. */
export class AuditTargetView {
  @ApiProperty({ type: 'string', enum: [...AUDIT_TARGET_TYPES] })
  type!: AuditTargetType;

  @ApiProperty()
  id!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The version of a document that was meant.' })
  version!: number | null;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    nullable: true,
    description: 'The SHA-256 of the bytes that were meant.',
  })
  sha256!: string | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The user whose history this is part of.',
  })
  ownerId!: string | null;
}

/** What was there before and after: only what changed. */
export class AuditChangesView {
  @ApiProperty({ type: 'object', additionalProperties: true })
  before!: JsonObject;

  @ApiProperty({ type: 'object', additionalProperties: true })
  after!: JsonObject;
}

/** One entry of the audit log. */
export class AuditEntryView {
  @ApiProperty({
    format: 'uuid',
    description: 'A UUIDv7 made of the time of the entry; lists are ordered by it.',
  })
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'UTC, to the millisecond.' })
  occurredAt!: string;

  @ApiProperty({ type: 'string', enum: AUDIT_ACTION_NAMES })
  action!: AuditAction;

  @ApiProperty({
    type: 'string',
    enum: [...AUDIT_OUTCOMES],
    description: 'Done; refused because of who asked; or refused because of the state of things.',
  })
  outcome!: AuditOutcome;

  @ApiProperty({ type: AuditActorView })
  actor!: AuditActorView;

  @ApiProperty({ type: AuditTargetView, nullable: true })
  target!: AuditTargetView | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Why: the reason of a decision, or the code of the problem that was answered.',
  })
  reasonCode!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The X-Request-Id of the answer.' })
  requestId!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The address of the client.' })
  ip!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  userAgent!: string | null;

  @ApiProperty({ type: AuditChangesView, nullable: true })
  changes!: AuditChangesView | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  details!: JsonObject | null;

  @ApiProperty({
    description:
      'Whether something was withheld: what is known about the request of somebody else (session, request, address, user agent, details) is for auditors.',
  })
  redacted!: boolean;
}

export class AuditEntryPageView extends PageView {
  @ApiProperty({ type: [AuditEntryView] })
  items!: AuditEntryView[];
}

/** A verified document, as an auditor reads it. */
export const AUDIT_ENTRY_EXAMPLE = {
  id: '019aa099-69c0-7a3e-9a55-3f1f0d8f6f10',
  occurredAt: '2025-11-20T09:30:00.000Z',
  action: 'document.verified',
  outcome: 'succeeded',
  actor: {
    type: 'user',
    id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f11',
    roles: ['verifier'],
    authenticatedBy: 'password',
    sessionId: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f12',
  },
  target: {
    type: 'document',
    id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f13',
    version: 1,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ownerId: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f14',
  },
  reasonCode: null,
  requestId: '019aa099-69b4-7000-8000-3f1f0d8f6f15',
  ip: '203.0.113.7',
  userAgent: 'curl/8.14.1',
  changes: { before: { status: 'in_review' }, after: { status: 'verified' } },
  details: null,
  redacted: false,
};

export function toAuditEntryView(entry: ReadableEntry): AuditEntryView {
  const { id, occurredAt, action, outcome, actor, target, reasonCode } = entry;
  const { requestId, ip, userAgent, changes, details, redacted } = entry;
  return {
    id,
    occurredAt,
    action,
    outcome,
    actor: { ...actor, roles: [...actor.roles] },
    target,
    reasonCode,
    requestId,
    ip,
    userAgent,
    changes,
    details,
    redacted,
  };
}
