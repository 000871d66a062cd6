import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { enforceMinimumThroughput } from './minimum-throughput.js';

const CHECK_EVERY_MS = 30;

let server: Server | null = null;
const clients: Socket[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server?.closeAllConnections();
  server?.close();
});

/** Whether a client with this behaviour is still connected after several checks. */
async function staysConnected(handler: RequestListener, behave: (client: Socket) => void): Promise<boolean> {
  server = createServer(handler);
  enforceMinimumThroughput(server, CHECK_EVERY_MS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let lost = false;
  server.once('connection', (socket) => socket.once('close', () => (lost = true)));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  clients.push(client);
  behave(client);
  await sleep(16 * CHECK_EVERY_MS);
  return !lost;
}

/** Writes for as long as the client reads. */
const endless: RequestListener = (_request, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    response.once('drain', more);
  };
  more();
};
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n';

describe('the minimum throughput', () => {
  it('closes the connection of a client that does not read', async () => {
    const silent = (client: Socket): void => {
      client.pause();
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    };
    expect(await staysConnected(endless, silent)).toBe(false);
  });

  it('keeps the connection of a client that reads', async () => {
    const eager = (client: Socket): void => {
      client.resume();
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    };
    expect(await staysConnected(endless, eager)).toBe(true);
  });

  it('closes the connection of a client that sends its body too slowly', async () => {
    const trickle = (client: Socket): void => {
      client.write(POST);
      const drip = setInterval(() => client.write('x'), CHECK_EVERY_MS / 3);
      client.once('close', () => clearInterval(drip));
    };
    expect(await staysConnected((request) => void request.resume(), trickle)).toBe(false);
  });

  it('keeps the connection of a client that sends its body fast enough', async () => {
    const steady = (client: Socket): void => {
      client.write(POST);
      const drip = setInterval(() => client.write('x'.repeat(100)), CHECK_EVERY_MS / 6);
      client.once('close', () => clearInterval(drip));
    };
    expect(await staysConnected((request) => void request.resume(), steady)).toBe(true);
  });

  it('keeps the connection while the server has not answered', async () => {
    expect(
      await staysConnected(
        () => undefined,
        (client) => void client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
      ),
    ).toBe(true);
  });

  it('keeps the connection while the server does not read the body', async () => {
    expect(
      await staysConnected(
        () => undefined,
        (client) => void client.write(POST + 'x'.repeat(200_000)),
      ),
    ).toBe(true);
  });
});
