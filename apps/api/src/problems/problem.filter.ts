import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type AppError, Configuration, InternalError, scopeOfRequest } from '#libs/kernel';
import { problemBody, problemHeaders } from './problem-body.js';
import { toAppError } from './to-app-error.js';

/** Answers every failure as RFC 9457 problem, and logs those that are our own fault with their cause. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly configuration: Configuration) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = toAppError(thrown, request);
    if (error.status >= 500) this.report(error, thrown, request);
    // An answer that has begun cannot become a problem; cutting it off tells the client that it is incomplete.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const { requestId } = scopeOfRequest(request);
    void reply
      .code(error.status)
      .headers(problemHeaders(error))
      .send(JSON.stringify(problemBody(error, requestId, request.raw.url ?? '/', this.configuration.http)));
  }

  private report(error: AppError, thrown: unknown, request: FastifyRequest): void {
    const cause = error.options.cause ?? thrown;
    const message = `${request.method} ${request.routeOptions.url ?? '(no route)'} answered ${error.status} ${error.code}`;
    if (error instanceof InternalError) this.logger.error({ message, err: cause });
    else this.logger.warn({ message, err: cause });
  }
}
