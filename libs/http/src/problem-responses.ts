import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import {
  BadRequestError,
  type ErrorClass,
  ForbiddenError,
  HeadersTooLargeError,
  InternalError,
  PayloadTooLargeError,
  PreconditionFailedError,
  PreconditionRequiredError,
  RequestTimeoutError,
  TooManyRequestsError,
  UnauthorizedError,
  UnavailableError,
  UnsupportedMediaTypeError,
  UriTooLongError,
  ValidationError,
} from '#libs/kernel';
import { IdempotencyInProgressError, IdempotencyKeyReusedError } from './idempotency-errors.js';
import { type OperationMetadata } from './operation-metadata.js';
import { Problem } from './problem.js';

/** The address in `type`: the page that documents the kind of problem, relative to the server. */
export function problemType(code: string): string {
  return `/problems/${code.toLowerCase().replaceAll('_', '-')}`;
}

/** Problems that are possible on every route. */
const EVERYWHERE: readonly ErrorClass[] = [
  BadRequestError,
  RequestTimeoutError,
  UriTooLongError,
  ValidationError,
  TooManyRequestsError,
  HeadersTooLargeError,
  InternalError,
  UnavailableError,
];

function possibleProblems(operation: OperationMetadata): ErrorClass[] {
  return [
    ...EVERYWHERE,
    // An unexpected body is refused too, so these two are possible on every route.
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
    ...(operation.access === 'public' ? [] : [UnauthorizedError, ForbiddenError]),
    ...(operation.idempotent ? [IdempotencyInProgressError, IdempotencyKeyReusedError] : []),
    ...(operation.ifMatch ? [PreconditionFailedError] : []),
    ...(operation.ifMatch === 'required' ? [PreconditionRequiredError] : []),
    ...(operation.problems ?? []),
  ];
}

/** One documented response per status, with an example per code. */
export function problemResponses(operation: OperationMetadata): MethodDecorator[] {
  const byStatus = new Map<number, Map<string, ErrorClass>>();
  for (const problem of possibleProblems(operation)) {
    const codes = byStatus.get(problem.status) ?? new Map<string, ErrorClass>();
    byStatus.set(problem.status, codes.set(problem.code, problem));
  }
  return [
    ApiExtraModels(Problem) as MethodDecorator,
    ...[...byStatus].map(([status, codes]) => problemResponse(status, [...codes.values()])),
  ];
}

function problemResponse(status: number, problems: ErrorClass[]): MethodDecorator {
  return ApiResponse({
    status,
    description: problems.map((problem) => problem.title).join('; '),
    headers: problemHeaders(status, problems),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(Problem) },
        examples: Object.fromEntries(
          problems.map((problem) => [problem.code, { summary: problem.title, value: exampleOf(problem) }]),
        ),
      },
    },
  });
}

function problemHeaders(
  status: number,
  problems: readonly ErrorClass[],
): Record<string, { description: string; schema: { type: 'string' } }> {
  const header = (description: string) => ({ description, schema: { type: 'string' as const } });
  return {
    'X-Request-Id': header('The identifier of this request in the logs.'),
    ...(status === 401 ? { 'WWW-Authenticate': header('The authentication scheme (RFC 6750).') } : {}),
    ...(status === 416 ? { 'Content-Range': header('The size of the file, as `bytes */N`.') } : {}),
    ...(status === 429 || status === 503 || problems.some(({ saysWhenToRetry }) => saysWhenToRetry)
      ? { 'Retry-After': header('The number of seconds to wait before a retry.') }
      : {}),
  };
}

function exampleOf(problem: ErrorClass): Record<string, unknown> {
  return {
    type: problemType(problem.code),
    title: problem.title,
    status: problem.status,
    code: problem.code,
    detail: `${problem.title}.`,
    instance: '/v1/documents',
    requestId: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
    ...(problem.code === ValidationError.code
      ? { errors: [{ in: 'body', pointer: '/title', detail: 'must be at least 1 character' }] }
      : {}),
  };
}
