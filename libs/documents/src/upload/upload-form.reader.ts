import { Injectable, Logger } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import {
  AppError,
  BadRequestError,
  PayloadTooLargeError,
  RequestTimeoutError,
  ValidationError,
  withTimeout,
} from '#libs/kernel';
import { BlobStore, type OpenBlob, type StagedBlob } from '#libs/storage';
import { type AcceptedType } from './accepted-types.js';
import { inspectStructure, recogniseType } from './file-inspection.js';
import { acceptFileName, completeFileName } from './file-name.js';
import { digestOf, fieldsOf, isJsonField, MAX_FIELD_BYTES, readText } from './form-fields.js';
import { type FormPart, FormParts, MAX_HEADER_BYTES, MAX_PARTS } from './form-parts.js';
import { FormSize } from './form-size.js';
import { aboutFile } from './upload.errors.js';
import { ArchiveScreen } from './structure/archives.js';
import { UploadedFile } from './uploaded-file.js';
import { DocumentsConfiguration } from '../documents.configuration.js';

/** The maximum size of a form without its file. */
const MAX_OVERHEAD_BYTES = MAX_PARTS * (MAX_FIELD_BYTES + MAX_HEADER_BYTES);

/** A completely received form. */
export interface ReceivedForm {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly file: UploadedFile;
  /** SHA-256, in hexadecimal, over all fields and the file. */
  readonly digest: string;
}

/** The parts of a form received so far. */
interface FormSoFar {
  readonly texts: Map<string, string>;
  file: { blob: StagedBlob; name: string; declared: string; screen: ArchiveScreen } | null;
}

/** Receives `multipart/form-data` (RFC 7578) with exactly one part `file`, the parts in any order, the file to the store. */
@Injectable()
export class UploadFormReader {
  private readonly logger = new Logger(UploadFormReader.name);

  constructor(
    private readonly configuration: DocumentsConfiguration,
    private readonly store: BlobStore,
  ) {}

  /**
   * Resolves when the whole form has arrived and its file is durable and accepted. Otherwise rejects with an `AppError` as
   * soon as the problem is known, and deletes the staged file.
   */
  async read(request: FastifyRequest): Promise<ReceivedForm> {
    const form: FormSoFar = { texts: new Map(), file: null };
    try {
      this.refuseAnnounced(request);
      await this.receive(request, form);
      if (!form.file) throw new ValidationError('The form has no file', aboutFile('is required'));
      const { blob, name, declared, screen } = form.file;
      if (blob.size === 0) throw new ValidationError('The file is empty', aboutFile('must not be empty'));
      const type = recogniseType(blob.head, name, declared);
      const fileName = completeFileName(name, type.extensions[0] ?? '');
      const trailing = await this.inspect(blob, type, screen);
      const { key, sha256, size } = blob;
      const file = new UploadedFile(key, sha256, size, trailing, type.mediaType, fileName);
      return { fields: fieldsOf(form.texts), file, digest: digestOf(form.texts, file, declared) };
    } catch (error) {
      // Discard the rest of the body unparsed. Node does this itself only for bodies that were never read.
      request.raw.unpipe();
      request.raw.resume();
      if (form.file) await this.discard(form.file.blob.key);
      throw error;
    }
  }

  async discard(key: string): Promise<void> {
    await this.store.discard(key).catch((error: unknown) =>
      this.logger.warn({
        message: 'A staged file could not be deleted; the staging sweep will delete it',
        err: error,
      }),
    );
  }

  /** Refuses a body whose Content-Length is over the limit before it is read. */
  private refuseAnnounced({ headers }: FastifyRequest): void {
    const { maxUploadBytes } = this.configuration;
    if (Number(headers['content-length'] ?? 0) > maxUploadBytes + MAX_OVERHEAD_BYTES) {
      throw new PayloadTooLargeError(`The file is larger than the limit of ${maxUploadBytes} bytes`);
    }
  }

  private async receive(request: FastifyRequest, form: FormSoFar): Promise<void> {
    const size = new FormSize(request.raw, this.configuration.maxUploadBytes + MAX_OVERHEAD_BYTES);
    const parts = new FormParts(request.raw, request.headers['content-type'] ?? '');
    try {
      for (;;) {
        const part = await this.inTime(size.within(parts.next()));
        if (part === null) return;
        await this.take(part, form);
      }
    } catch (error) {
      throw error instanceof AppError ? error : (parts.failure ?? error);
    } finally {
      size.stop();
      parts.stop();
    }
  }

  private async take(part: FormPart, form: FormSoFar): Promise<void> {
    try {
      if (part.name === 'file') await this.takeFile(part, form);
      else await this.takeField(part, form.texts);
    } finally {
      part.content.destroy();
    }
  }

  private async takeFile(part: FormPart, form: FormSoFar): Promise<void> {
    if (form.file) throw new ValidationError('The form has two files', aboutFile('must be given once'));
    const name = acceptFileName(part.fileName);
    const { maxUploadBytes: maxBytes, uploadIdleTimeoutMs: idleTimeoutMs } = this.configuration;
    const screen = new ArchiveScreen();
    const blob = await this.store.stage(part.content, {
      maxBytes,
      idleTimeoutMs,
      releaseChunks: true,
      onChunk: (chunk) => screen.add(chunk),
    });
    form.file = { blob, name, declared: part.mediaType, screen };
  }

  private async takeField(part: FormPart, texts: Map<string, string>): Promise<void> {
    const { name } = part;
    if (name === undefined || name === '') throw new BadRequestError('A part of the form has no name');
    if (name === '__proto__') throw new BadRequestError('A part of the form is named __proto__');
    const pointer = `/${name.slice(0, 100).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const refuse = (detail: string) =>
      new ValidationError('The form is not valid', { errors: [{ in: 'body', pointer, detail }] });
    if (texts.has(name)) throw refuse('must be given once');
    // A JSON part may have a file name: browsers set one for every Blob.
    if (part.fileName !== undefined && !isJsonField(name)) throw refuse('is not an expected file');
    texts.set(name, await this.inTime(readText(part.content)));
  }

  /** The number of bytes after the end of the document. Opens the file only if its ends are not enough for the check. */
  private async inspect(blob: StagedBlob, type: AcceptedType, screen: ArchiveScreen): Promise<number> {
    let opened: OpenBlob | null = null;
    const bytes = async (start: number, length: number): Promise<Buffer> => {
      opened ??= await this.store.openStaged(blob.key);
      return opened.bytes(start, length);
    };
    try {
      const { maxImagePixels } = this.configuration;
      return await inspectStructure({ size: blob.size, bytes }, type, maxImagePixels, blob, screen);
    } finally {
      await (opened as OpenBlob | null)?.close();
    }
  }

  /** Each part except the file is small: it must arrive within one idle timeout. */
  private async inTime<T>(work: Promise<T>): Promise<T> {
    return withTimeout(work, this.configuration.uploadIdleTimeoutMs, () => {
      throw new RequestTimeoutError('The upload stalled: no data arrived in time');
    });
  }
}
