import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { newId, StartRefusedError } from '#libs/kernel';
import { rawProblem, SECURITY_HEADERS, toAppError } from '#libs/problems';
import { WorkerAnswers } from './worker-answers.js';

const LIMITS = { headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 };

/**
 * Probes and metrics of the worker, on `WORKER_HTTP_PORT`. It listens before the first job starts, so that a port in use
 * stops the start, and until the last job has ended.
 */
@Injectable()
export class WorkerServer implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(WorkerServer.name);
  private readonly server: Server;

  constructor(
    private readonly configuration: Configuration,
    private readonly answers: WorkerAnswers,
  ) {
    this.server = createServer(LIMITS, (request, response) => void this.respond(request, response));
  }

  /** The port in use; null without `WORKER_HTTP_PORT`. */
  get port(): number | null {
    return (this.server.address() as AddressInfo | null)?.port ?? null;
  }

  async onModuleInit(): Promise<void> {
    const { http } = this.configuration.worker;
    if (http === null) return;
    this.server.listen(http.port, http.host);
    try {
      await once(this.server, 'listening');
    } catch (error) {
      throw new StartRefusedError(
        `The worker cannot listen on ${http.host}:${http.port} (WORKER_HTTP_HOST, WORKER_HTTP_PORT): ${String(error)}`,
      );
    }
    this.logger.log(`Probes and metrics on ${http.host}:${this.port}`);
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Never rejects: a connection error of a client is not a failure of the server. */
  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const withBody = request.method !== 'HEAD';
    try {
      const { type, text } = await this.answers.answer(request);
      const length = String(Buffer.byteLength(text));
      response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': type, 'content-length': length });
      response.end(withBody ? text : undefined);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.status === 500) this.logger.error({ message: 'A probe failed', err: thrown });
      const { status, headers, body } = rawProblem(error, newId(), request.url ?? '/', this.configuration);
      response.writeHead(status, headers).end(withBody ? body : undefined);
    }
  }
}
