import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Provider,
  type Type,
} from '@nestjs/common';
import { defer, type Observable } from 'rxjs';
import { type OperationMetadata } from './operation-metadata.js';

/** An interceptor around operations. It passes operations that it does not concern. */
export interface OperationStep extends NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown>;
}

/** Whether the handler needs the operation steps: it changes data or is recorded in the audit log. */
export function needsSteps({ audited, idempotent, decides, body }: OperationMetadata): boolean {
  return audited !== undefined || Boolean(idempotent) || Boolean(decides) || body === 'multipart';
}

/** The operation steps of this process, outermost first: one order for all operations. */
@Injectable()
export class OperationSteps {
  private steps: readonly OperationStep[] | null = null;

  /** A provider that registers the steps in this order, for the root module of a process that serves HTTP. */
  static inOrder(...steps: Type<OperationStep>[]): Provider {
    return {
      provide: 'veritrail:operation-steps',
      inject: [OperationSteps, ...steps],
      useFactory: (operations: OperationSteps, ...instances: OperationStep[]) => {
        operations.steps = instances;
        return operations;
      },
    };
  }

  /** Throws if no steps are registered, so that no change goes unrecorded. */
  inOrder(): readonly OperationStep[] {
    if (this.steps === null) throw new Error('No operation steps are registered in this process');
    return this.steps;
  }
}

/**
 * Runs the steps around a handler. `@Operation` adds it only to handlers that need it: one empty interceptor costs a
 * fifth of a plain read.
 */
@Injectable()
export class OperationInterceptor implements NestInterceptor {
  constructor(private readonly operations: OperationSteps) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const steps = this.operations.inOrder();
    const enter = (index: number): Observable<unknown> => {
      const step = steps[index];
      // Deferred, so that a synchronous throw of a step becomes an error of its observable.
      return step ? step.intercept(context, { handle: () => defer(() => enter(index + 1)) }) : next.handle();
    };
    return enter(0);
  }
}
