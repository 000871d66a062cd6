import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { defer, from, type Observable, switchMap } from 'rxjs';
import { markOperationStarted } from '#libs/audit';
import { scopeOfRequest } from '#libs/http';
import { Clock, isUuid, ValidationError } from '#libs/kernel';
import { Document } from '../domain/document.js';
import { visibleOwnerOf } from '../domain/visibility.js';
import { targetOf } from './document-audit.js';
import { personOf } from './document-commands.js';
import { DocumentReadsRepository } from './document-reads.repository.js';
import { UploadQuotas } from './upload-quotas.js';

/**
 * Refuses an upload before its bytes arrive, if they cannot matter: the document does not exist or may not get a version, or
 * the user has no quota left. The transaction of the upload checks all of it again.
 */
@Injectable()
export class UploadTargetInterceptor implements NestInterceptor {
  constructor(
    private readonly documents: DocumentReadsRepository,
    private readonly quotas: UploadQuotas,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return defer(() => from(this.check(request))).pipe(switchMap(() => next.handle()));
  }

  private async check(request: FastifyRequest): Promise<void> {
    const { id } = request.params as { id?: string };
    const scope = scopeOfRequest(request);
    if (id !== undefined && !isUuid(id)) throw invalidId();
    const state = id === undefined ? null : await this.documents.getState(id, visibleOwnerOf(scope.actor));
    // A repeated request gets its stored response, whatever has happened since.
    if (request.headers['idempotency-key'] !== undefined) return;
    try {
      const by = personOf(scope.actor);
      if (state) Document.restore(state).mayAddVersion(by, this.clock.now());
      await this.quotas.check(by);
    } catch (error) {
      // The refusal is recorded as one of the operation.
      if (state) scope.draft.target = targetOf(state);
      markOperationStarted(scope);
      throw error;
    }
  }
}

function invalidId(): ValidationError {
  return new ValidationError('The request is not valid', {
    errors: [{ in: 'path', pointer: '/id', detail: 'must be a UUID' }],
  });
}
