import { ApiProperty } from '@nestjs/swagger';
import { type ReasonCode, REASONED_ACTIONS, type ReasonedAction } from '../../domain/reason-codes.js';

/** A stable name for why. */
export class ReasonCodeView {
  @ApiProperty({ description: 'The reason code. Codes are never renamed or removed.' })
  code!: string;

  @ApiProperty({
    type: 'string',
    enum: ['retry', 'final'],
    description:
      '`retry`: a new version of the document can correct the problem. `final`: a new version cannot correct it, so this code cannot be used to request changes.',
  })
  kind!: 'retry' | 'final';

  @ApiProperty({ description: 'The message to the owner if the request has no `message`.' })
  message!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...REASONED_ACTIONS] },
    uniqueItems: true,
    description: 'The actions that accept this code.',
  })
  actions!: ReasonedAction[];

  @ApiProperty({ description: 'Whether the request must have a `message`.' })
  messageRequired!: boolean;
}

/** The whole list; it is short and closed. */
export class ReasonCodeListView {
  @ApiProperty({ type: [ReasonCodeView] })
  items!: ReasonCodeView[];
}

export const REASON_CODE_EXAMPLE: ReasonCodeView = {
  code: 'unreadable',
  kind: 'retry',
  message: 'The document cannot be read.',
  actions: ['request_changes', 'reject'],
  messageRequired: false,
};

export function toReasonCodeView(reason: ReasonCode): ReasonCodeView {
  return { ...reason, actions: [...reason.actions] };
}
