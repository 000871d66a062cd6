import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { RefusalRecorder } from '#libs/audit';
import { Configuration } from '#libs/config';
import { scopeOfRequest } from '#libs/http';
import { type AppError, InternalError } from '#libs/kernel';
import { problemBody, problemHeaders, toAppError } from '#libs/problems';
import { RequestMetrics } from '../http/request-log.js';

/** Headers that describe the intended content; the handler may have set them before it failed. */
const SUCCESS_ONLY_HEADERS = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'etag',
  'repr-digest',
];

/**
 * Answers every failure as an RFC 9457 problem. Records refusals in the audit log first, so that the client can find the entry
 * when it has the response, and logs server errors with their cause. Failures of both do not affect the response.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly configuration: Configuration,
    private readonly refusals: RefusalRecorder,
    private readonly metrics: RequestMetrics,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = toAppError(thrown);
    const scope = scopeOfRequest(request);
    this.metrics.countProblem(error.code, error.status);
    if (error.status >= 500) this.report(error, thrown, request);
    await this.refusals.record(scope, error, request.params);
    // The status is sent: closing the connection shows the client that the response is incomplete.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const body = problemBody(error, scope.requestId, request.raw.url ?? '/', this.configuration.http);
    for (const header of SUCCESS_ONLY_HEADERS) reply.removeHeader(header);
    void reply.code(error.status).headers(problemHeaders(error)).send(JSON.stringify(body));
  }

  private report(error: AppError, thrown: unknown, request: FastifyRequest): void {
    const route = request.is404 ? '(no route)' : (request.routeOptions.url ?? '(no route)');
    const line = {
      message: `${request.method} ${route} failed with ${error.code}`,
      err: error.options.cause ?? thrown,
    };
    if (error instanceof InternalError) this.logger.error(line);
    else this.logger.warn(line);
  }
}
