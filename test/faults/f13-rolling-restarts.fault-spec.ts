import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Balancer } from './support/balancer.js';
import { QUICK, FaultHarness } from './support/harness.js';

const RESTARTS = QUICK ? 4 : 20;
const CLIENTS = 10;
const EXIT_MS = 30_000;

describe('F13 rolling restarts of two instances behind a balancer', () => {
  let harness: FaultHarness;
  let balancer: Balancer;

  beforeAll(async () => {
    harness = await FaultHarness.open('F13', { instances: 2, env: { SHUTDOWN_DRAIN_DELAY_MS: '500' } });
    balancer = await Balancer.start(harness.stack.apis.map((api) => api.url));
    while (!harness.stack.apis.every((api) => balancer.isReady(api.url))) await sleep(20);
  });

  afterAll(async () => {
    balancer?.close();
    await harness?.close();
  });

  it(`fails no request in ${RESTARTS} restarts, and every instance exits by itself`, async () => {
    const { workload, owner, reviewer, stack } = harness;
    stack.client.baseUrl = balancer.url;
    const failed: string[] = [];
    stack.client.onAnswer = ({ status, failure, headers }, { method, path }) => {
      if (status >= 300 || failure) {
        failed.push(
          `${method ?? 'GET'} ${path}: ${failure ?? status} ${String(headers['x-balancer'] ?? '')}`,
        );
      }
    };
    const mixed = (stopping: AbortSignal) => workload.mixed(owner, reviewer, stopping, 10);
    const load = harness.load(Array.from({ length: CLIENTS }, () => mixed));
    const exits: number[] = [];
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const api = stack.apis[restart % 2] ?? stack.api;
      const begun = performance.now();
      api.running.signal('SIGTERM');
      expect(await api.running.ended(EXIT_MS)).toEqual({ code: 0, signal: null });
      exits.push(performance.now() - begun);
      await api.start();
      while (!balancer.isReady(api.url)) await sleep(20);
    }
    await load.stop();
    expect(failed).toEqual([]);
    harness.report(`slowest exit ${Math.round(Math.max(...exits))} ms`);
    stack.client.baseUrl = stack.api.url;
    expect(await harness.problems()).toEqual([]);
  });

  it('exits at once on a second SIGTERM', async () => {
    const { api } = harness.stack;
    // An unfinished upload delays the graceful shutdown.
    const pending = connect({ host: '127.0.0.1', port: api.port });
    pending.on('error', () => undefined);
    pending.write(
      `POST /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${harness.owner.token}\r\n` +
        'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000\r\n\r\n' +
        '--x\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n' +
        'Content-Type: application/pdf\r\n\r\n%PDF-1.7\n',
    );
    await sleep(300);
    const process = api.running;
    process.signal('SIGTERM');
    await sleep(2000);
    expect(process.running).toBe(true);
    const begun = performance.now();
    process.signal('SIGTERM');
    expect(await process.ended(2000)).toEqual({ code: 1, signal: null });
    expect(performance.now() - begun).toBeLessThan(1000);
    pending.destroy();
  });
});
