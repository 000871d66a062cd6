import { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { type AppError, BadRequestError, PayloadTooLargeError } from '#libs/kernel';
import { parseDisposition, parseParameters } from './content-disposition.js';

export const MAX_PARTS = 16;
export const MAX_HEADER_BYTES = 8192;
/** A part and its headers may arrive in the same chunk. */
const MAX_CHUNK_BYTES = 64 * 1024;
/** The default of RFC 7578, section 4.4. */
const DEFAULT_TYPE = 'text/plain';

/** One part of a form. Its content must be read, or destroyed, before the next part is awaited. */
export interface FormPart {
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  /** In lower case and without parameters. */
  readonly mediaType: string;
  readonly content: Readable;
}

/**
 * The parts of a `multipart/form-data` body, one after the other; the body waits for their reader. Parts with another
 * disposition are skipped. A malformed or incomplete body is a `BadRequestError`; more than `MAX_PARTS` parts, or
 * `MAX_HEADER_BYTES` of headers in one, are a `PayloadTooLargeError`.
 */
export class FormParts {
  /** Why no more parts can be read. It also ends the content of the current part. */
  failure: AppError | null = null;
  private readonly parts = new Readable({ objectMode: true, read: () => undefined });
  private readonly iterator = this.parts[Symbol.asyncIterator]() as AsyncIterator<FormPart, undefined>;
  private readonly dicer: Dicer;
  private current: Readable | null = null;
  /** What has ended: other bytes may follow the last part. */
  private readonly ended = new Set<'body' | 'dicer'>();
  private count = 0;
  private bytes = 0;
  /** The position at which the headers of a part began, while they are not complete. */
  private headersFrom: number | null = null;

  /** Starts the flow of `body`. */
  constructor(
    private readonly body: Readable,
    contentType: string,
  ) {
    const boundary = parseParameters(contentType.slice(contentType.indexOf(';'))).get('boundary');
    if (!boundary) throw new BadRequestError('The boundary of the form is missing');
    this.dicer = new Dicer({ boundary, maxHeaderPairs: MAX_HEADER_BYTES });
    this.dicer.on('part', this.begin).on('error', this.endEarly);
    this.dicer.on('finish', () => {
      this.complete('dicer');
      // `pipe` pauses the body, but bytes behind the last part must be counted.
      queueMicrotask(() => body.resume());
    });
    body.on('data', this.countBytes).on('error', this.endEarly).on('close', this.endEarly);
    body.once('end', () => this.complete('body'));
    body.pipe(this.dicer);
  }

  /** The next part; null after the last one. */
  async next(): Promise<FormPart | null> {
    const { done, value } = await this.iterator.next();
    return done === true ? null : value;
  }

  stop(): void {
    const { body } = this;
    body.off('data', this.countBytes).off('error', this.endEarly).off('close', this.endEarly);
    body.unpipe(this.dicer);
    this.parts.destroy();
  }

  private readonly begin = (content: Readable): void => {
    this.count += 1;
    this.headersFrom = this.bytes;
    this.current = content;
    // Its reader gets the error; without a reader it would end the process.
    content.on('error', () => undefined);
    if (this.count > MAX_PARTS)
      this.fail(new PayloadTooLargeError(`The form has more than ${MAX_PARTS} parts`));
    content.on('header', (headers: Record<string, string[]>) => {
      this.headersFrom = null;
      try {
        const part = partOf(headers, content);
        if (part) this.parts.push(part);
        else content.resume();
      } catch (error) {
        this.fail(error as AppError);
      }
    });
  };

  private readonly countBytes = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    const { headersFrom } = this;
    if (headersFrom !== null && this.bytes - headersFrom > MAX_HEADER_BYTES + MAX_CHUNK_BYTES)
      this.fail(headersTooLarge());
  };

  private readonly endEarly = (): void =>
    this.fail(new BadRequestError('The multipart body is malformed or incomplete'));

  private complete(what: 'body' | 'dicer'): void {
    if (what === 'body') this.body.off('close', this.endEarly);
    if (this.ended.size < 2 && this.ended.add(what).size === 2) this.parts.push(null);
  }

  private fail(error: AppError): void {
    this.failure ??= error;
    this.parts.destroy(this.failure);
    this.current?.destroy(this.failure);
  }
}

function partOf(headers: Record<string, string[]>, content: Readable): FormPart | null {
  // Each line has a colon, a space and a line end besides its name and value.
  const size = Object.entries(headers).reduce(
    (sum, [name, values]) => values.reduce((all, value) => all + name.length + value.length + 4, sum),
    0,
  );
  if (size > MAX_HEADER_BYTES) throw headersTooLarge();
  const { type, name, fileName } = parseDisposition(headers['content-disposition']?.[0] ?? '');
  if (type !== 'form-data') return null;
  const mediaType = headers['content-type']?.[0] ?? DEFAULT_TYPE;
  return { name, fileName, content, mediaType: mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '' };
}

function headersTooLarge(): PayloadTooLargeError {
  return new PayloadTooLargeError(
    `The headers of a part are larger than the limit of ${MAX_HEADER_BYTES} bytes`,
  );
}
