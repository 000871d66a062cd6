import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StoppedWork } from '#libs/observability';
import { WorkerAnswers } from '../../apps/worker/src/http/worker-answers.js';
import { WorkerServer } from '../../apps/worker/src/http/worker-server.js';
import { WorkerProcessModule } from '../../apps/worker/src/worker-process.module.js';
import { useDatabase } from '../support/describe-api.js';
import { edgeConfiguration } from '../support/edge.js';

const TOKEN = 'a-token-of-the-operators-prometheus';

describe('the port of the worker', () => {
  const workers: INestApplicationContext[] = [];

  const database = useDatabase();

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  });

  const start = async (variables: Record<string, string>): Promise<INestApplicationContext> => {
    const worker = await NestFactory.createApplicationContext(
      WorkerProcessModule.forProcess(edgeConfiguration(database.url, variables)),
      { logger: false, abortOnError: false },
    );
    workers.push(worker);
    return worker;
  };

  const ask = async (worker: INestApplicationContext, path: string, init: RequestInit = {}) => {
    const answer = await fetch(`http://127.0.0.1:${worker.get(WorkerServer).port}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, text, headers: answer.headers };
  };

  it('exists only if it is configured', async () => {
    const worker = await start({});
    expect(worker.get(WorkerServer).port).toBeNull();
  });

  it('reports that the worker is alive and works', async () => {
    const worker = await start({ WORKER_HTTP_PORT: '0' });
    expect((await ask(worker, '/health/live')).text).toBe('{"status":"ok"}');
    const { status, text } = await ask(worker, '/health/ready');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      status: 'ok',
      checks: { serving: 'up', database: 'up', jobs: 'up', work: 'up', sealing: 'up' },
    });
  });

  it('reports which part of the work is stopped and why, until it resumes', async () => {
    const worker = await start({ WORKER_HTTP_PORT: '0' });
    worker.get(StoppedWork).stop('sealing', 'the tree does not fit the log');
    const { status, text, headers } = await ask(worker, '/health/ready');
    expect(status).toBe(503);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({
      code: 'NOT_READY',
      checks: { serving: 'up', database: 'up', jobs: 'up', work: 'down', sealing: 'up' },
      stopped: { sealing: 'the tree does not fit the log' },
    });
    expect((await ask(worker, '/health/live')).status).toBe(200);
    expect((await ask(worker, '/metrics')).text).toContain('veritrail_work_stopped{work="sealing"} 1');
    worker.get(StoppedWork).resume('sealing');
    expect((await ask(worker, '/health/ready')).status).toBe(200);
  });

  it('shows what each job does', async () => {
    const worker = await start({ WORKER_HTTP_PORT: '0' });
    const { text } = await ask(worker, '/metrics');
    expect(text).toMatch(/^veritrail_job_leading\{job="auth\.prune"\} [01]$/m);
    expect(text).toMatch(/^veritrail_job_turns_total\{job="auth\.prune",outcome="succeeded"\} \d+$/m);
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('shows its metrics only to clients with the token', async () => {
    const worker = await start({ WORKER_HTTP_PORT: '0', METRICS_TOKEN: TOKEN });
    expect((await ask(worker, '/metrics')).status).toBe(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await ask(worker, '/metrics', { headers })).status).toBe(200);
  });

  it('serves no other address', async () => {
    const worker = await start({ WORKER_HTTP_PORT: '0', METRICS: 'false' });
    expect((await ask(worker, '/metrics')).status).toBe(404);
    expect((await ask(worker, '/v1/documents')).status).toBe(404);
    const refused = await ask(worker, '/health/live', { method: 'POST', body: 'x' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD');
    expect((await ask(worker, '/health/live', { method: 'HEAD' })).text).toBe('');
  });

  it('prevents the start if another process uses it', async () => {
    const worker = await start({ WORKER_HTTP_PORT: '0' });
    const taken = String(worker.get(WorkerServer).port);
    const configuration = edgeConfiguration(database.url, { WORKER_HTTP_PORT: taken });
    const second = new WorkerServer(configuration, worker.get(WorkerAnswers));
    await expect(second.onModuleInit()).rejects.toThrow('WORKER_HTTP_PORT');
  });
});
