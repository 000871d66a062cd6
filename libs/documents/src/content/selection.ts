import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { namesTag } from '#libs/http';
import { PreconditionFailedError } from '#libs/kernel';
import { type ByteRange } from '#libs/storage';
import { RangeNotSatisfiableError } from './content.errors.js';

/** The range and the preconditions of a request (RFC 9110, sections 13 and 14). */
export interface ContentRequest {
  readonly method: string;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifRange?: string | undefined;
  readonly range?: string | undefined;
}

/** Which bytes are sent: none (304 or HEAD), all bytes, or one range. */
export type Selection =
  | { readonly kind: 'not_modified' }
  | { readonly kind: 'headers' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange };

/** Parameter decorator: the `ContentRequest` of the current request. */
export const WantedContent = createParamDecorator((_: unknown, context: ExecutionContext): ContentRequest => {
  const { headers, method } = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    method,
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifRange: headers['if-range']?.toString(),
    range: headers.range,
  };
});

/**
 * Evaluates the conditions in the order of RFC 9110, section 13.2.2. Throws `PreconditionFailedError` (412) and
 * `RangeNotSatisfiableError` (416). A range that is malformed, uses a different unit or has several parts is ignored, as
 * section 14.2 allows: the response is the whole file.
 */
export function select(request: ContentRequest, tag: string, size: number): Selection {
  const { method, ifMatch, ifNoneMatch, ifRange, range } = request;
  if (ifMatch !== undefined && !namesTag(ifMatch, tag, 'strong')) {
    throw new PreconditionFailedError('The If-Match header does not name the current bytes', {
      headers: { etag: tag },
    });
  }
  if (ifNoneMatch !== undefined && namesTag(ifNoneMatch, tag, 'weak')) return { kind: 'not_modified' };
  if (method === 'HEAD') return { kind: 'headers' };
  // There is no Last-Modified, so a date in If-Range matches nothing.
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== tag)) return { kind: 'whole' };
  return rangeOf(range, size);
}

function rangeOf(header: string, size: number): Selection {
  const [, first = '', last = ''] = /^bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header.trim()) ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    if (Number(last) === 0) throw new RangeNotSatisfiableError(size);
    return { kind: 'part', range: { start: Math.max(0, size - Number(last)), end: size - 1 } };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return { kind: 'whole' };
  if (start >= size) throw new RangeNotSatisfiableError(size);
  return { kind: 'part', range: { start, end: Math.min(end, size - 1) } };
}
