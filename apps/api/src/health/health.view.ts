import { ApiProperty } from '@nestjs/swagger';

/** A process that runs. */
export class LivenessView {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

/** A process that should get traffic. */
export class ReadinessView extends LivenessView {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'down'] },
    description: 'Each part that was looked at.',
  })
  checks!: Record<string, 'up' | 'down'>;
}
