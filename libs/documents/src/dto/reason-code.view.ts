import { ApiProperty } from '@nestjs/swagger';
import { type ReasonCode, REASONED_ACTIONS, type ReasonedAction } from '../domain/reason-codes.js';

/** A stable name for why. */
export class ReasonCodeView {
  @ApiProperty({ description: 'Never renamed or removed.' })
  code!: string;

  @ApiProperty({
    type: 'string',
    enum: ['retry', 'final'],
    description: '`retry`: another upload may cure it. `final`: no upload can, so it never asks for one.',
  })
  kind!: 'retry' | 'final';

  @ApiProperty({ description: 'What the owner is told unless the request brings a message of its own.' })
  message!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...REASONED_ACTIONS] },
    uniqueItems: true,
    description: 'The actions that take it.',
  })
  actions!: ReasonedAction[];

  @ApiProperty({ description: 'Whether the request must bring a message.' })
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
