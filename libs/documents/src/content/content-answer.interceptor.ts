import { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { create as contentDisposition } from 'content-disposition';
import { type FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { UnitOfWork } from '#libs/postgres';
import { ACCEPTED_TYPES } from '../upload/accepted-types.js';
import { type StoredContent } from './content.repository.js';
import { type Delivery, DeliveryRecorder } from './delivery-recorder.js';
import { type Selection } from './selection.js';

/** The response to a download: which bytes of which version. */
export interface ContentAnswer {
  readonly content: StoredContent;
  readonly selection: Selection;
  /** Null when no bytes are sent. */
  readonly stream: Readable | null;
  /** The delivery to record; null if the client cannot decide about the document. */
  readonly delivery: Delivery | null;
}

const OPAQUE = 'application/octet-stream';

/** The strong entity tag of a version's bytes (RFC 9110, section 8.8.3). */
export function contentTag({ sha256 }: Pick<StoredContent, 'sha256'>): string {
  return `"${sha256}"`;
}

/**
 * Turns a `ContentAnswer` into a response. Sets its headers only after the commit: a failure before the commit must not send
 * its problem details with the headers of a document.
 */
@Injectable()
export class ContentAnswerInterceptor implements NestInterceptor {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly deliveries: DeliveryRecorder,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<ContentAnswer>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        this.uow.afterCommit(() => void reply.code(statusOf(answer)).headers(headersOf(answer)));
        if (answer.selection.kind === 'not_modified') return undefined;
        // Without a body Fastify would set Content-Length to 0, also for HEAD.
        return new StreamableFile(this.streamOf(answer, reply) ?? Readable.from([]));
      }),
    );
  }

  private streamOf({ delivery, stream }: ContentAnswer, reply: FastifyReply): Readable | null {
    return stream && delivery ? this.deliveries.recorded(stream, reply.raw, delivery) : stream;
  }
}

function statusOf({ selection }: ContentAnswer): number {
  return { not_modified: 304, headers: 200, whole: 200, part: 206 }[selection.kind];
}

function headersOf({ content, selection }: ContentAnswer): Record<string, string | number> {
  const { size, sha256, fileName } = content;
  const always = { etag: contentTag(content), 'cache-control': 'private, no-store' };
  if (selection.kind === 'not_modified') return always;
  const { start, end } = selection.kind === 'part' ? selection.range : { start: 0, end: size - 1 };
  return {
    ...always,
    'accept-ranges': 'bytes',
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'content-type': servedTypeOf(content),
    'content-length': end - start + 1,
    ...(selection.kind === 'part' ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    // Browsers save a document and never run its content in the origin of Veritrail.
    'content-disposition': contentDisposition(fileName, { type: 'attachment' }),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** A media type from the table of accepted types, even if the row contains a different one. */
function servedTypeOf({ mediaType }: StoredContent): string {
  return ACCEPTED_TYPES.find((type) => type.mediaType === mediaType)?.mediaType ?? OPAQUE;
}
