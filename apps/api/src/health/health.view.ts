import { ApiProperty } from '@nestjs/swagger';

export class LivenessView {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class ReadinessView extends LivenessView {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'down'] },
    description: 'The result of each check.',
  })
  checks!: Record<string, 'up' | 'down'>;
}
