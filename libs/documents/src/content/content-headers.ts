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
        'One range of bytes. The response is a 206 with this part of the file. If the header has several ranges or is malformed, the response is the whole file.',
      schema: { type: 'string', maxLength: 1000 },
    }),
    ApiHeader({
      name: 'If-Range',
      required: false,
      description:
        'The ETag of the file from which the client already has a part. If it is not the current ETag, the server ignores Range and sends the whole file.',
      schema: TAG,
    }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag of the bytes that the client expects: 412 if the current bytes are different.',
      schema: TAG,
    }),
  );
