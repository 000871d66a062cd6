import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '#libs/http';
import { HISTORY_ACTIONS, type HistoryAction, type HistoryItem } from '../../domain/document-state.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../../domain/document-status.js';
import { DECISION_EXAMPLE, instant } from './decision.view.js';
import { INTERNAL_NOTE, MESSAGE_TO_OWNER, REASON_CODE } from './shared-members.js';

/** One revision of a document: what was done, by whom and when. */
export class HistoryItemView {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of the revision that this change created.',
  })
  revision!: number;

  @ApiProperty({ type: 'string', enum: [...HISTORY_ACTIONS] })
  action!: HistoryAction;

  @ApiProperty({
    type: 'string',
    enum: [...DOCUMENT_STATUSES],
    nullable: true,
    description: 'The status before; null for the upload.',
  })
  fromStatus!: DocumentStatus | null;

  @ApiProperty({ type: 'string', enum: [...DOCUMENT_STATUSES] })
  toStatus!: DocumentStatus;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of the version that was current afterwards.',
  })
  version!: number;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The user who did it; null if the service did it, for example when a claim expired.',
  })
  by!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: string;

  @ApiProperty(REASON_CODE)
  reasonCode!: string | null;

  @ApiProperty(MESSAGE_TO_OWNER)
  message!: string | null;

  @ApiProperty(INTERNAL_NOTE)
  note?: string | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The identifier of the decision, if one was made.',
  })
  decisionId!: string | null;
}

export class HistoryPageView extends PageView {
  @ApiProperty({ type: [HistoryItemView] })
  items!: HistoryItemView[];
}

export const HISTORY_EXAMPLE: HistoryItemView = {
  revision: 3,
  action: 'verified',
  fromStatus: 'in_review',
  toStatus: 'verified',
  version: 1,
  by: DECISION_EXAMPLE.by,
  at: DECISION_EXAMPLE.at,
  reasonCode: null,
  message: null,
  note: 'Compared with the sample of the issuing office.',
  decisionId: DECISION_EXAMPLE.id,
};

/** Only `internal` readers see the note: see `seesNotes`. */
export function toHistoryItemView({ note, at, ...item }: HistoryItem, internal: boolean): HistoryItemView {
  return { ...item, at: instant(at), ...(internal ? { note } : {}) };
}
