import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Balancer } from './support/balancer.js';
import { FaultProxy } from './support/fault-proxy.js';
import { call } from './support/http-call.js';
import { Ledger } from './support/ledger.js';
import { PostgresUnderTest } from './support/postgres-under-test.js';
import { Sandbox } from './support/sandbox.js';

// The tools of the experiments need tests of their own.
describe('S00 the harness', () => {
  let sandbox: Sandbox;
  let server: Server;
  let answered = 0;
  let isReady = true;

  beforeAll(async () => {
    sandbox = Sandbox.create('s00');
    server = createServer((incoming, outgoing) => {
      if (incoming.url !== '/health/ready') answered += 1;
      outgoing.statusCode = incoming.url === '/health/ready' && !isReady ? 503 : 200;
      outgoing.end('x'.repeat(2000));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await sandbox.close();
  });

  const port = (): number => (server.address() as AddressInfo).port;

  const through = async (proxy: FaultProxy, timeoutMs: number) =>
    call({ method: 'GET', url: `http://127.0.0.1:${proxy.port}/`, timeoutMs });

  it('has a proxy that cuts responses after the server has processed the request', async () => {
    const proxy = await FaultProxy.start({ host: '127.0.0.1', port: port() });
    let cuts = 0;
    proxy.onCut = () => (cuts += 1);
    expect(await through(proxy, 5000)).toMatchObject({ status: 200, body: Buffer.from('x'.repeat(2000)) });
    const before = answered;
    proxy.set({ kind: 'cut' });
    expect(await through(proxy, 5000)).toMatchObject({ status: 0, failure: 'ECONNRESET' });
    expect([answered - before, cuts]).toEqual([1, 1]);
    proxy.close();
  });

  it('has a proxy that delays, slows down and drops bytes', async () => {
    const proxy = await FaultProxy.start({ host: '127.0.0.1', port: port() });
    proxy.set({ kind: 'delay', ms: 100 });
    expect((await through(proxy, 5000)).ms).toBeGreaterThan(200);
    proxy.set({ kind: 'slow', bytesPerSecond: 5000 });
    expect((await through(proxy, 5000)).ms).toBeGreaterThan(400);
    proxy.set({ kind: 'blackhole' });
    expect(await through(proxy, 300)).toMatchObject({ status: 0, failure: 'HANG' });
    proxy.close();
  });

  it('has a balancer that sends nothing to a backend that is not ready', async () => {
    const balancer = await Balancer.start([`http://127.0.0.1:${port()}`]);
    const until = async (wanted: boolean): Promise<void> => {
      while (balancer.isReady(`http://127.0.0.1:${port()}`) !== wanted) await new Promise(setImmediate);
    };
    await until(true);
    expect((await call({ method: 'GET', url: balancer.url, timeoutMs: 1000 })).status).toBe(200);
    isReady = false;
    await until(false);
    const before = answered;
    expect((await call({ method: 'GET', url: balancer.url, timeoutMs: 1000 })).status).toBe(502);
    expect(answered).toBe(before);
    balancer.close();
  });

  it('has a ledger whose lines are on the disk when a write resolves', async () => {
    const ledger = new Ledger(sandbox.path('ledger'));
    await Promise.all(Array.from({ length: 200 }, (_, id) => ledger.write({ id })));
    const lines = readFileSync(sandbox.path('ledger'), 'utf8').trim().split('\n');
    ledger.close();
    expect(new Set(lines.map((line) => (JSON.parse(line) as { id: number }).id)).size).toBe(200);
  });

  it('has a PostgreSQL that stops at once and recovers its committed data', async () => {
    const postgres = await PostgresUnderTest.start(sandbox.path('database'));
    await postgres.rows('CREATE TABLE kept (id int)');
    await postgres.rows('INSERT INTO kept VALUES (7)');
    await postgres.stopImmediately();
    await expect(postgres.rows('SELECT id FROM kept')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await postgres.startAgain();
    expect(await postgres.rows('SELECT id FROM kept')).toEqual([{ id: 7 }]);
    await postgres.stop();
  });
});
