import { setTimeout as sleep } from 'node:timers/promises';
import { type Person } from './support/people.js';
import { QUICK, FaultHarness } from './support/harness.js';
import { connectionsOn, SlowClients } from './support/slow-clients.js';

/** Of each of the four kinds. */
const CLIENTS = QUICK ? 50 : 200;
/** The time to open all connections. */
const OPENING_MS = CLIENTS * 10 + 1000;
/** The limit is ten seconds for headers and thirty for a body; the pace of a transfer is checked twice, half a minute apart. */
const LET_GO_MS = 65_000;
/** The connections that probe the availability of the service. */
const PROBING = 5;
const DOWNLOAD_BYTES = 16 * 1024 ** 2;
const HOST = 'Host: 127.0.0.1\r\n';

describe('F10 clients that send or read very slowly', () => {
  let harness: FaultHarness;

  beforeAll(async () => {
    harness = await FaultHarness.open('F10');
  });

  afterAll(() => harness?.close());

  const bearer = ({ token }: Person): string => `Authorization: Bearer ${token}\r\n`;

  const attack = async (): Promise<SlowClients[]> => {
    const { workload, owner, stack } = harness;
    const { port } = stack.api;
    const { document } = await workload.upload(owner, { size: DOWNLOAD_BYTES });
    const json = `POST /v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`;
    const upload =
      `POST /v1/documents HTTP/1.1\r\n${HOST}${bearer(owner)}` +
      'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500000\r\n\r\n' +
      '--x\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n' +
      'Content-Type: application/pdf\r\n\r\n%PDF-1.7\n';
    // The connection of a refused client is closed, so that it does not count as an open one.
    const read = `GET /v1/documents/${document?.id ?? ''}/content HTTP/1.1\r\n${HOST}Connection: close\r\n${bearer(owner)}\r\n`;
    return [
      SlowClients.headers(port, CLIENTS),
      SlowClients.body(port, CLIENTS, json),
      SlowClients.body(port, CLIENTS, upload),
      SlowClients.read(port, CLIENTS, read),
    ];
  };

  it('stays available, closes all their connections, and leaves no file open', async () => {
    const { stack, owner } = harness;
    const process = stack.api.running;
    const before = { files: process.openFiles(), memory: process.residentMiB() };
    const begun = performance.now();
    const slow = await attack();
    const peak = { files: 0, memory: 0 };
    let [slowest, asked, held] = [0, 0, 0];
    while (
      (held > PROBING || performance.now() - begun < OPENING_MS) &&
      performance.now() - begun < LET_GO_MS
    ) {
      const [live, list] = await Promise.all([
        stack.api.health('live'),
        stack.client.send({ path: '/v1/documents', token: owner.token }),
      ]);
      expect([live.status, list.status]).toEqual([200, 200]);
      slowest = Math.max(slowest, live.ms, list.ms);
      asked += 1;
      peak.files = Math.max(peak.files, process.openFiles());
      peak.memory = Math.max(peak.memory, process.residentMiB());
      await sleep(250);
      held = connectionsOn(stack.api.port);
    }
    const letGo = performance.now() - begun;
    for (const clients of slow) clients.close();
    // Files of the server itself, such as its pool, may have increased.
    for (let wait = 0; process.openFiles() > before.files + 20 && wait < 50; wait += 1) await sleep(100);
    const seconds = slow.map((clients) => (clients.lastClosedMs / 1000).toFixed(0));
    harness.report(
      `${slow.length * CLIENTS} clients let go after ${Math.round(letGo / 1000)} s (headers ${seconds[0]}, body ${seconds[1]}, upload ${seconds[2]} s); ` +
        `${asked} probes, slowest ${Math.round(slowest)} ms; files ${before.files} → ${peak.files} → ${process.openFiles()}; ` +
        `memory ${Math.round(before.memory)} → ${Math.round(peak.memory)} MiB`,
    );
    expect(held).toBeLessThanOrEqual(PROBING);
    expect(peak.files).toBeGreaterThan(before.files + 3 * CLIENTS);
    expect(process.openFiles()).toBeLessThanOrEqual(before.files + 20);
    expect(slowest).toBeLessThan(2000);
    expect(await harness.problems()).toEqual([]);
  });
});
