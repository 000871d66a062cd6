import { type CallHandler, type ExecutionContext, Injectable, StreamableFile } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { type OperationAudit, type RequestScope, scopeOfRequest } from '#libs/http';
import { type AuditAction } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { AuditLog, withOrigin } from './audit-log.js';

/** Requests whose audited operation has started: a later error is recorded with the action of the operation. */
const started = new WeakSet<RequestScope>();

export function markOperationStarted(scope: RequestScope): void {
  started.add(scope);
}

export function hasOperationStarted(scope: RequestScope): boolean {
  return started.has(scope);
}

/**
 * Runs an audited operation in one unit of work and appends its entry as the last statement of the same transaction. The
 * response, or the first byte of a stream, is sent after the commit. A result that JSON cannot represent fails before the
 * commit. A draft that is `suppressed` gets no entry.
 */
@Injectable()
export class AuditInterceptor implements OperationAudit {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly log: AuditLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = scopeOfRequest(context.switchToHttp().getRequest<object>());
    const action = scope.operation?.audited;
    if (!action) throw new Error('The operation declares no audit action');
    return defer(() => this.execute(action, scope, next));
  }

  private async execute(action: AuditAction, scope: RequestScope, next: CallHandler): Promise<unknown> {
    markOperationStarted(scope);
    let answer: unknown;
    const work = async (): Promise<unknown> => {
      // `handle` captures the current async context, so it must be called inside the unit of work.
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (!(answer instanceof StreamableFile)) JSON.stringify(answer);
      if (!scope.draft.suppressed) {
        this.uow.beforeCommit(() => this.log.append(this.log.entryOf(occurrence(action, scope))));
      }
      return answer;
    };
    try {
      return await withOrigin(scope, () => this.uow.transact(work, { draft: scope.draft }));
    } catch (error) {
      if (answer instanceof StreamableFile) answer.getStream().destroy();
      throw error;
    }
  }
}

function occurrence(action: AuditAction, scope: RequestScope) {
  return { action, outcome: 'succeeded', actor: scope.actor, origin: scope, draft: scope.draft } as const;
}
