import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Operation, type OperationMetadata } from '#libs/http';
import { WaitForReceiptInterceptor } from '../evidence/wait-for-receipt.interceptor.js';

/** Declares a route that makes a decision, which then has a receipt: `Prefer: wait=N` waits for it. */
export function DecisionOperation({ around = [], ...operation }: OperationMetadata): MethodDecorator {
  return applyDecorators(
    Operation({ ...operation, around: [...around, WaitForReceiptInterceptor] }),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description:
        '`wait=N` (RFC 7240): the server delays the response until the decision has its receipt, for at most N seconds. N is at most 10.',
      schema: { type: 'string', maxLength: 1000 },
      example: 'wait=2',
    }),
  );
}
