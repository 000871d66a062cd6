import { type IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { MethodNotAllowedError, NotFoundError } from '#libs/kernel';
import { checkMetricsToken, Metrics } from '#libs/observability';
import { WorkerReadiness } from './worker-readiness.js';

export interface WorkerAnswer {
  readonly type: string;
  readonly text: string;
}

const READS = ['GET', 'HEAD'];

/** The routes of the worker's port. */
@Injectable()
export class WorkerAnswers {
  constructor(
    private readonly configuration: Configuration,
    private readonly metrics: Metrics,
    private readonly readiness: WorkerReadiness,
  ) {}

  /** Throws an `AppError` for unknown routes, an unready state or an invalid token. */
  async answer({ method = '', url = '/', headers }: IncomingMessage): Promise<WorkerAnswer> {
    const path = url.split('?', 1)[0] ?? '/';
    const answer = this.at(path, headers.authorization);
    if (!answer) throw new NotFoundError('There is nothing at this address');
    if (!READS.includes(method)) {
      const allow = READS.join(', ');
      throw new MethodNotAllowedError(`Only ${allow} can be used here`, { headers: { allow } });
    }
    return answer();
  }

  private at(path: string, authorization: string | undefined): (() => Promise<WorkerAnswer>) | null {
    if (path === '/health/live') return async () => json({ status: 'ok' });
    if (path === '/health/ready') {
      return async () => json({ status: 'ok', checks: await this.readiness.check() });
    }
    if (path !== '/metrics' || !this.configuration.metrics.served) return null;
    return async () => {
      checkMetricsToken(this.configuration, authorization);
      return { type: this.metrics.contentType, text: await this.metrics.text() };
    };
  }
}

function json(value: unknown): WorkerAnswer {
  return { type: 'application/json; charset=utf-8', text: JSON.stringify(value) };
}
