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
    description: 'The result of each check.',
  })
  checks!: Record<string, 'up' | 'down'>;
}
