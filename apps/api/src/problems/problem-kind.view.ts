import { ApiProperty } from '@nestjs/swagger';
import { problemType } from '#libs/http';
import { type ProblemKind } from './catalogue.js';

/** The documentation of a problem. */
export class ProblemKindView {
  @ApiProperty({
    type: 'string',
    format: 'uri-reference',
    description: 'The value of `type` in a problem of this kind.',
  })
  type!: string;

  @ApiProperty({ type: 'string', pattern: '^[A-Z][A-Z0-9_]*$' })
  code!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' })
  status!: number;

  @ApiProperty({ type: 'string' })
  title!: string;

  @ApiProperty({ type: 'string', description: 'When the problem occurs and what the client can do.' })
  about!: string;
}

/** All problems. */
export class ProblemKindListView {
  @ApiProperty({ type: [ProblemKindView] })
  items!: ProblemKindView[];
}

export function toProblemKindView(kind: ProblemKind, publicUrl: string | null): ProblemKindView {
  const { code, status, title, about } = kind;
  return { type: `${publicUrl ?? ''}${problemType(code)}`, code, status, title, about };
}
