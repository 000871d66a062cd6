import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { type Observable } from 'rxjs';
import { type OperationMetadata } from './operation-metadata.js';

/** Runs an audited operation in one unit of work with its audit entry. A port: libs/audit provides it. */
export abstract class OperationAudit implements NestInterceptor {
  abstract intercept(context: ExecutionContext, next: CallHandler): Observable<unknown>;
}

/** Gives requests with the same `Idempotency-Key` one effect. A port: libs/idempotency provides it. */
export abstract class OperationIdempotency implements NestInterceptor {
  abstract intercept(context: ExecutionContext, next: CallHandler): Observable<unknown>;
}

/** Nest creates it in every module with an audited operation: without `OperationAudit` the process does not start. */
@Injectable()
export class AuditedOperationInterceptor implements NestInterceptor {
  constructor(private readonly audit: OperationAudit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return this.audit.intercept(context, next);
  }
}

/** Nest creates it in every module with an idempotent operation: without `OperationIdempotency` the process does not start. */
@Injectable()
export class IdempotentOperationInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: OperationIdempotency) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return this.idempotency.intercept(context, next);
  }
}

/**
 * The interceptors that `@Operation` adds to a handler, outermost first. A plain read has none: one empty interceptor costs
 * a fifth of its processor time.
 */
export function interceptorsOf({
  around = [],
  audited,
  idempotent,
}: OperationMetadata): Type<NestInterceptor>[] {
  return [
    ...around,
    ...(audited ? [AuditedOperationInterceptor] : []),
    ...(idempotent ? [IdempotentOperationInterceptor] : []),
  ];
}
