import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

const TAG = { type: 'string', maxLength: 1000 } as const;

/** Documents the request headers of a download (RFC 9110, sections 13.1 and 14.2). */
export const ContentHeaders = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Range',
      required: false,
      description:
        'One range of bytes, for a part of the file: the answer is a 206. Several ranges, or one that is malformed, are answered with the whole file.',
      schema: { type: 'string', maxLength: 1000 },
    }),
    ApiHeader({
      name: 'If-Range',
      required: false,
      description: 'The ETag that an earlier part belongs to: with another one, Range is ignored.',
      schema: TAG,
    }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag of the only bytes that are wanted; 412 if there are others by now.',
      schema: TAG,
    }),
  );
