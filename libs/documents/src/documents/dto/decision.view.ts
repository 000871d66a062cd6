import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '#libs/http';
import { type Decision, DECISION_OUTCOMES, type DecisionOutcome } from '../../domain/document-state.js';
import { INTERNAL_NOTE, MESSAGE_TO_OWNER, REASON_CODE } from './shared-members.js';

const MILLISECONDS = 'YYYY-MM-DDTHH:MM:SS.mmm'.length;

/** A decision about exactly one version. Never edited; a later decision supersedes it. */
export class DecisionView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description:
      'The number of the review round that this decision ended. A new version or a reopening starts the next round.',
  })
  reviewRound!: number;

  @ApiProperty({ type: 'string', enum: [...DECISION_OUTCOMES] })
  outcome!: DecisionOutcome;

  @ApiProperty({ format: 'uuid', description: 'The reviewer who decided.' })
  by!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of the version that the decision applies to.',
  })
  version!: number;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    description: 'The SHA-256 of the bytes that the decision applies to.',
  })
  versionSha256!: string;

  @ApiProperty(REASON_CODE)
  reasonCode!: string | null;

  @ApiProperty(MESSAGE_TO_OWNER)
  message!: string | null;

  @ApiProperty(INTERNAL_NOTE)
  note?: string | null;
}

export class DecisionPageView extends PageView {
  @ApiProperty({ type: [DecisionView] })
  items!: DecisionView[];
}

export const DECISION_EXAMPLE: DecisionView = {
  id: '0199f0a4-52d1-7b3c-8c1e-0a6f6a3f9d21',
  reviewRound: 1,
  outcome: 'verified',
  by: '0199f0a1-1111-7d31-9a55-3f1f0d8f6f10',
  at: '2026-11-20T10:02:11.402Z',
  version: 1,
  versionSha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  reasonCode: null,
  message: null,
  note: 'Compared with the sample of the issuing office.',
};

/** Only `internal` readers see the note: see `seesNotes`. */
export function toDecisionView(decision: Decision<Date | string>, internal: boolean): DecisionView {
  return {
    id: decision.id,
    reviewRound: decision.reviewRound,
    outcome: decision.outcome,
    by: decision.by,
    at: instant(decision.at),
    version: decision.versionNumber,
    versionSha256: decision.versionSha256,
    reasonCode: decision.reasonCode,
    message: decision.message,
    ...(internal ? { note: decision.note } : {}),
  };
}

/** RFC 3339 in UTC with milliseconds, from a `Date` or from the timestamp text that PostgreSQL returns. */
export function instant(time: Date | string): string {
  return typeof time === 'string' ? `${time.slice(0, MILLISECONDS)}Z` : time.toISOString();
}

export function instantOrNull(time: Date | string | null): string | null {
  return time === null ? null : instant(time);
}
