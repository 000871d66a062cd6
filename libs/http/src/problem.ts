import { ApiProperty } from '@nestjs/swagger';

/** One member of `errors`. */
export class ProblemField {
  @ApiProperty({
    enum: ['body', 'query', 'path', 'header'],
    description: 'The part of the request in which the error is.',
  })
  in!: string;

  @ApiProperty({
    description: 'A JSON Pointer (RFC 6901) to the value within that part.',
    examples: ['/title'],
  })
  pointer!: string;

  @ApiProperty({ examples: ['must be at least 1 character'] })
  detail!: string;
}

/** The body of every error response (RFC 9457). */
export class Problem {
  @ApiProperty({
    format: 'uri-reference',
    description: 'A link to the documentation of this kind of problem.',
  })
  type!: string;

  @ApiProperty({ description: 'The kind of problem in words. It is the same for every occurrence.' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  status!: number;

  @ApiProperty({
    description: 'The stable code of the kind of problem. Programs compare this member.',
    pattern: '^[A-Z][A-Z0-9_]*$',
  })
  code!: string;

  @ApiProperty({ description: 'What went wrong in this occurrence, in words for people.' })
  detail!: string;

  @ApiProperty({ format: 'uri-reference', description: 'The path of the request.' })
  instance!: string;

  @ApiProperty({ description: 'The identifier of this request in the server log and in the audit log.' })
  requestId!: string;

  @ApiProperty({ type: [ProblemField], required: false })
  errors?: ProblemField[];
}
