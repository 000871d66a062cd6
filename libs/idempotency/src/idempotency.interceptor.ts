import { type CallHandler, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import {
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  type OperationIdempotency,
  type OperationMetadata,
  type RequestScope,
  scopeOfRequest,
  type Success,
} from '#libs/http';
import { Clock } from '#libs/kernel';
import { parseIdempotencyKey } from './idempotency-key.js';
import {
  type IdempotentAnswer,
  IdempotentAnswersRepository,
  type KeyOfActor,
} from './idempotent-answers.repository.js';
import { RequestFingerprints } from './request-fingerprints.js';

const LIFE_MS = 24 * 60 * 60 * 1000;
const RETRY_AFTER_SECONDS = 1;

interface Attempt extends KeyOfActor {
  readonly operation: OperationMetadata;
  readonly fingerprint: Buffer;
}

/**
 * Gives each request with an `Idempotency-Key` one effect: the response is stored in the transaction of the effect,
 * and a repetition within 24 hours gets it. Must run inside the unit of work. A key in progress is 409, a key of a
 * different request 422. Only success is stored, so a refused request may be corrected and repeated. The header is
 * ignored for anonymous requests.
 */
@Injectable()
export class IdempotencyInterceptor implements OperationIdempotency {
  constructor(
    private readonly answers: IdempotentAnswersRepository,
    private readonly fingerprints: RequestFingerprints,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const scope = scopeOfRequest(request);
    const { operation, actor } = scope;
    if (!operation || actor.id === null) return next.handle();
    const key = parseIdempotencyKey(request.headers['idempotency-key']);
    if (key === null) return next.handle();
    const { params, query, body } = request;
    const fingerprint = this.fingerprints.of({
      operation: operation.id,
      params,
      query,
      body,
      bodyDigest: scope.bodyDigest,
    });
    const attempt = { actorId: actor.id, key, operation, fingerprint };
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return defer(() => this.once(attempt, scope, reply, next));
  }

  private async once(
    attempt: Attempt,
    scope: RequestScope,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    if (!(await this.answers.claim(attempt))) {
      throw new IdempotencyInProgressError(
        'The first request with this Idempotency-Key is still in progress',
        {
          retryAfter: RETRY_AFTER_SECONDS,
        },
      );
    }
    const now = this.clock.now();
    const stored = await this.answers.find(attempt);
    if (stored && stored.expiresAt > now) return replay(stored, attempt, scope, reply);
    if (stored) await this.answers.remove(attempt);
    const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    await this.answers.append({
      actorId: attempt.actorId,
      key: attempt.key,
      operation: attempt.operation.id,
      fingerprint: attempt.fingerprint,
      status: statusOf(attempt.operation),
      body: JSON.stringify(answer) ?? null,
      createdAt: now,
      expiresAt: new Date(now.getTime() + LIFE_MS),
    });
    return answer;
  }
}

function replay(
  stored: IdempotentAnswer,
  attempt: Attempt,
  scope: RequestScope,
  reply: FastifyReply,
): unknown {
  if (stored.operation !== attempt.operation.id) {
    throw new IdempotencyKeyReusedError(
      `This Idempotency-Key was already used for the operation ${stored.operation}`,
    );
  }
  if (!stored.fingerprint.equals(attempt.fingerprint)) {
    throw new IdempotencyKeyReusedError(
      'This Idempotency-Key was already used for a request with a different path or body',
    );
  }
  scope.draft.suppressed = true;
  void reply.code(stored.status).header('Idempotency-Replayed', 'true');
  return stored.body === null ? undefined : (JSON.parse(stored.body) as unknown);
}

function statusOf({ success }: OperationMetadata): number {
  const [first] = [success].flat() as readonly Success[];
  return first?.status ?? 200;
}
