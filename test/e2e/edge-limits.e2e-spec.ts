import { once } from 'node:events';
import { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { useApi } from '../support/describe-api.js';
import { pdfBytes } from '../support/pdf.js';
import { open, request, sendRaw } from '../support/raw-http.js';

const api = useApi({ people: false, environment: { REQUEST_TIMEOUT_MS: '1000' } });

interface Outcome {
  readonly text: string;
  readonly milliseconds: number;
}

/** The outcome of a connection on which a client writes `head` and then one byte every `everyMs`. */
async function trickle(head: string, everyMs: number, patienceMs: number): Promise<Outcome> {
  const socket: Socket = open(api.url);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const begun = performance.now();
  socket.write(head);
  const drip = setInterval(() => socket.writable && socket.write('x'), everyMs);
  const late = AbortSignal.timeout(patienceMs);
  await once(socket, 'close', { signal: late }).catch(() => undefined);
  clearInterval(drip);
  socket.destroy();
  return { text, milliseconds: performance.now() - begun };
}

describe('a client that is too slow', () => {
  it('gets 408 when the body is not complete in time, however steadily it arrives', async () => {
    const head = request('POST /v1/auth/login HTTP/1.1', [
      'Content-Type: application/json',
      'Content-Length: 5000',
    ]);
    const { text, milliseconds } = await trickle(head, 100, 9000);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"REQUEST_TIMEOUT"');
    // One second for the body, five for what still arrives after the response.
    expect(milliseconds).toBeLessThan(8000);
  }, 20_000);

  it('gets 408 when the headers are not complete within ten seconds', async () => {
    const { text, milliseconds } = await trickle('GET /health/live HTTP/1.1\r\nHost: a\r\nX: ', 300, 15_000);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('application/problem+json');
    expect(milliseconds).toBeLessThan(13_000);
  }, 20_000);

  it('loses a connection on which it sends nothing', async () => {
    const socket = open(api.url);
    const begun = performance.now();
    socket.on('error', () => undefined).resume();
    await once(socket, 'close', { signal: AbortSignal.timeout(15_000) });
    expect(performance.now() - begun).toBeLessThan(13_000);
  }, 20_000);

  it('loses a connection on which a refused body never ends', async () => {
    const head = request('POST /nothing HTTP/1.1', ['Content-Length: 1000000']);
    const { text, milliseconds } = await trickle(head, 100, 12_000);
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(milliseconds).toBeLessThan(8000);
  }, 20_000);

  it('does not delay other clients', async () => {
    const slow = Array.from({ length: 200 }, () => open(api.url));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write('POST /v1/auth/login HTTP/1.1\r\nHost: a\r\n');
    }
    await sleep(200);
    const begun = performance.now();
    expect((await sendRaw(api.url, request('GET /health/live HTTP/1.1'))).status).toBe(200);
    // Without the limit, each other client would wait its full ten seconds.
    expect(performance.now() - begun).toBeLessThan(8000);
    for (const socket of slow) socket.destroy();
  });

  it('can disconnect in the middle of a body, and its connection is released', async () => {
    const server = api.app.getHttpServer() as {
      getConnections(done: (error: unknown, count: number) => void): void;
    };
    const count = () =>
      new Promise<number>((resolve) => server.getConnections((_, connections) => resolve(connections)));
    for (let index = 0; index < 20; index++) {
      const socket = open(api.url);
      await once(socket, 'connect');
      socket.write(
        request('POST /v1/auth/login HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 50']) +
          '{',
      );
      await sleep(5);
      socket.destroy();
    }
    await sleep(300);
    expect(await count()).toBe(0);
  });
});

describe('an upload', () => {
  it('may take longer than any other request, as long as bytes arrive', async () => {
    const { accessToken } = await api.newcomer(['user']);
    const part = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const head =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\nContent-Type: application/pdf\r\n\r\n';
    const file = pdfBytes(20_000);
    const beginning = part('title', 'Slow') + part('type', 'contract') + head;
    const end = '\r\n--b--\r\n';
    const length = beginning.length + file.length + end.length;
    const socket = open(api.url);
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    const headers = [
      `Authorization: Bearer ${accessToken ?? ''}`,
      'Content-Type: multipart/form-data; boundary=b',
      `Content-Length: ${length}`,
    ];
    socket.write(request('POST /v1/documents HTTP/1.1', headers, beginning));
    const begun = performance.now();
    const step = Math.ceil(file.length / 6);
    for (let sent = 0; sent < file.length; sent += step) {
      await sleep(500);
      socket.write(file.subarray(sent, sent + step));
    }
    socket.write(end);
    await once(socket, 'close');
    expect(performance.now() - begun).toBeGreaterThan(2900);
    expect(text).toMatch(/^HTTP\/1\.1 201 /);
  }, 20_000);
});
