import { ApiProperty } from '@nestjs/swagger';

/** One member of `errors`. */
export class ProblemField {
  @ApiProperty({
    enum: ['body', 'query', 'path', 'header'],
    description: 'The part of the request that is meant.',
  })
  in!: string;

  @ApiProperty({ description: 'A JSON pointer (RFC 6901) within that part.', examples: ['/title'] })
  pointer!: string;

  @ApiProperty({ examples: ['must be at least 1 character'] })
  detail!: string;
}

/** The one form of every failure (RFC 9457). */
export class Problem {
  @ApiProperty({
    format: 'uri-reference',
    description: 'Resolves to the documentation of this kind of problem.',
  })
  type!: string;

  @ApiProperty({ description: 'The kind of problem in words; the same for every occurrence.' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  status!: number;

  @ApiProperty({
    description: 'The stable name of the kind of problem, for programs.',
    pattern: '^[A-Z][A-Z0-9_]*$',
  })
  code!: string;

  @ApiProperty({ description: 'This occurrence in words.' })
  detail!: string;

  @ApiProperty({ format: 'uri-reference', description: 'The path that was asked for.' })
  instance!: string;

  @ApiProperty({ description: 'Finds this request in the log and in the audit log.' })
  requestId!: string;

  @ApiProperty({ type: [ProblemField], required: false })
  errors?: ProblemField[];
}
