import { setTimeout as sleep } from 'node:timers/promises';
import { QUICK, Scene } from './support/scene.js';
import { connectionsOn, SlowClients } from './support/slow-clients.js';

const CLIENTS = QUICK ? 100 : 200;
/** Every kind is let go by then: ten seconds for headers, thirty for a body, two looks at the pace for the rest. */
const LET_GO_MS = 45_000;
/** Connections of whoever asks for the service. */
const PROBING = 5;
const DOWNLOAD_BYTES = 16 * 1024 ** 2;
const HOST = 'Host: 127.0.0.1\r\n';

describe('F10 clients that send or read as slowly as they can', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open('F10');
  });

  afterAll(() => scene.close());

  /** Asks for the service four times a second while the slow ones hold on; resolves when all of them were let go. */
  const withstand = async (kind: string, attack: () => SlowClients): Promise<void> => {
    const { stack, owner } = scene;
    const process = stack.api.running;
    const base = process.openFiles();
    const memory = process.residentMiB();
    const slow = attack();
    const begun = performance.now();
    let [slowest, asked, peak, held] = [0, 0, 0, CLIENTS];
    try {
      while (held > PROBING && performance.now() - begun < LET_GO_MS) {
        const [live, list] = await Promise.all([
          stack.api.health('live'),
          stack.client.send({ path: '/v1/documents', token: owner.token }),
        ]);
        expect([live.status, list.status]).toEqual([200, 200]);
        slowest = Math.max(slowest, live.ms, list.ms);
        asked += 1;
        peak = Math.max(peak, process.openFiles());
        await sleep(250);
        held = connectionsOn(stack.api.port);
      }
      expect(held).toBeLessThanOrEqual(PROBING);
    } finally {
      slow.close();
    }
    const letGo = Math.round(performance.now() - begun);
    // What the server itself keeps open, such as its pool, may have grown meanwhile; a hundred connections may not stay.
    for (let wait = 0; process.openFiles() > base + 20 && wait < 50; wait += 1) await sleep(100);
    expect(peak).toBeGreaterThan(base + CLIENTS / 2);
    expect(process.openFiles()).toBeLessThanOrEqual(base + 20);
    expect(slowest).toBeLessThan(2000);
    scene.report(
      `${kind}: ${CLIENTS} clients let go after ${letGo} ms; ${asked} probes, slowest ${Math.round(slowest)} ms; ` +
        `files ${base} → ${peak} → ${process.openFiles()}; memory ${Math.round(memory)} → ${Math.round(process.residentMiB())} MiB`,
    );
  };

  it('lets clients go whose headers never end', async () => {
    await withstand('headers', () => SlowClients.headers(scene.stack.api.port, CLIENTS));
  });

  it('lets clients go whose JSON body crawls', async () => {
    const opening = `POST /v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`;
    await withstand('body', () => SlowClients.body(scene.stack.api.port, CLIENTS, opening));
  });

  it('lets clients go whose upload crawls, and keeps none of it', async () => {
    const opening =
      `POST /v1/documents HTTP/1.1\r\n${HOST}Authorization: Bearer ${scene.owner.token}\r\n` +
      'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500000\r\n\r\n' +
      '--x\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n' +
      'Content-Type: application/pdf\r\n\r\n%PDF-1.7\n';
    await withstand('upload', () => SlowClients.body(scene.stack.api.port, CLIENTS, opening));
  });

  it('lets clients go that do not read what they asked for', async () => {
    const { workload, owner } = scene;
    const { document } = await workload.upload(owner, { size: DOWNLOAD_BYTES });
    const request =
      `GET /v1/documents/${document?.id ?? ''}/content HTTP/1.1\r\n${HOST}` +
      `Authorization: Bearer ${owner.token}\r\n\r\n`;
    await withstand('read', () => SlowClients.read(scene.stack.api.port, CLIENTS, request));
  });

  it('has lost nothing', async () => {
    expect(await scene.problems()).toEqual([]);
  });
});
