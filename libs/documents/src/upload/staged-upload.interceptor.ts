import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { AuthorityCheck, scopeOfRequest } from '#libs/http';
import { UnsupportedMediaTypeError } from '#libs/kernel';
import { UploadFormReader } from './upload-form.reader.js';
import { attachFile } from './uploaded-file.js';

/**
 * For operations with `body: 'multipart'`: receives the form before a transaction begins: the fields become the body, the file
 * is staged for `@StagedFile()`. If no unit of work has kept the file when the request ends, it is deleted.
 */
@Injectable()
export class StagedUploadInterceptor implements NestInterceptor {
  constructor(
    private readonly reader: UploadFormReader,
    private readonly authority: AuthorityCheck,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return from(this.receive(request, next));
  }

  private async receive(request: FastifyRequest, next: CallHandler): Promise<unknown> {
    if (!isMultipart(request))
      throw new UnsupportedMediaTypeError('This address accepts only multipart/form-data');
    const { fields, file, digest } = await this.reader.read(request);
    try {
      // The account may have been suspended during the upload.
      await this.authority.confirm(request);
      request.body = fields;
      attachFile(request, file);
      scopeOfRequest(request).bodyDigest = digest;
      return await lastValueFrom(next.handle(), { defaultValue: undefined });
    } finally {
      if (!file.kept) await this.reader.discard(file.storageKey);
    }
  }
}

/** Passes multipart bodies unread to the `StagedUploadInterceptor`. Call it before routes are registered. */
export function acceptUploads(fastify: FastifyInstance): void {
  fastify.addContentTypeParser('multipart/form-data', (_request, _body, done) => done(null));
}

function isMultipart({ headers }: FastifyRequest): boolean {
  return /^multipart\/form-data[ \t]*;/i.test(headers['content-type'] ?? '');
}
