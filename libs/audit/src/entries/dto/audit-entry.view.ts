import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '#libs/http';
import { AUDIT_ACTION_NAMES, AUDIT_TARGET_TYPES } from '#libs/declarations';
import {
  ACTOR_TYPES,
  type ActorType,
  type AuditAction,
  type AuditTargetType,
  type JsonObject,
} from '#libs/kernel';
import { type ReadableEntry } from '../entry-reach.js';
import { AUDIT_OUTCOMES, type AuditOutcome } from '../entry.js';

/** The actor of an entry. */
export class AuditActorView {
  @ApiProperty({
    type: 'string',
    enum: [...ACTOR_TYPES],
    description:
      '`user`: a signed-in user. `anonymous`: a caller who is not signed in. `system`: the service itself. `operator`: an operator at the command line.',
  })
  type!: ActorType;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The identifier of the user; null for all other types of actors.',
  })
  id!: string | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    description: 'The roles that the user had at the time of the entry.',
  })
  roles!: string[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'How the user was authenticated, or the name of the background job.',
  })
  authenticatedBy!: string | null;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  sessionId!: string | null;
}

/** The target of an entry. */
export class AuditTargetView {
  @ApiProperty({ type: 'string', enum: AUDIT_TARGET_TYPES })
  type!: AuditTargetType;

  @ApiProperty()
  id!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The number of the document version.' })
  version!: number | null;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    nullable: true,
    description: 'The SHA-256 of the bytes of that version.',
  })
  sha256!: string | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The user who owns the target. The entry belongs to the history of this user.',
  })
  ownerId!: string | null;
}

/** The changed members, with their values before and after the change. */
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
    description: 'A UUIDv7 that contains the time of the entry. Lists are ordered by it.',
  })
  id!: string;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'The time of the entry in UTC, with millisecond precision.',
  })
  occurredAt!: string;

  @ApiProperty({ type: 'string', enum: AUDIT_ACTION_NAMES })
  action!: AuditAction;

  @ApiProperty({
    type: 'string',
    enum: [...AUDIT_OUTCOMES],
    description:
      '`succeeded`: the action was performed. `denied`: the caller was not allowed to perform it. `failed`: the action failed for another reason, for example wrong credentials or the state of the document.',
  })
  outcome!: AuditOutcome;

  @ApiProperty({ type: AuditActorView })
  actor!: AuditActorView;

  @ApiProperty({ type: AuditTargetView, nullable: true })
  target!: AuditTargetView | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The reason code of the decision, or the code of the problem in the response.',
  })
  reasonCode!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The X-Request-Id of the response.' })
  requestId!: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The IP address of the client.' })
  ip!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  userAgent!: string | null;

  @ApiProperty({ type: AuditChangesView, nullable: true })
  changes!: AuditChangesView | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  details!: JsonObject | null;

  @ApiProperty({
    description:
      'Whether members were withheld from the caller. Only readers with wider access see the session, request id, IP address, user agent and details of requests that other users made.',
  })
  redacted!: boolean;
}

export class AuditEntryPageView extends PageView {
  @ApiProperty({ type: [AuditEntryView] })
  items!: AuditEntryView[];
}

/** The entry of a verification, as an auditor sees it. */
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
