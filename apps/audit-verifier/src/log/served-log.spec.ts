import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ReferenceKey, ReferenceLog, makeLeaves } from '../../../../test/support/reference-log.js';
import { verifier, type VerifierRun } from '../../../../test/support/verifier.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const log = new ReferenceLog(makeLeaves(300));
const files = log.files();
let server: Server;
let handler: Handler;

const honest: Handler = ({ url }, response) => {
  const bytes = files.get(String(url).replace('/tlog/', ''));
  response.writeHead(bytes ? 200 : 404).end(bytes);
};

beforeAll(async () => {
  server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Verifies the served log. Requests that `answers` does not handle go to the honest server. */
async function check(answers: (path: string, response: ServerResponse) => boolean): Promise<VerifierRun> {
  handler = (request, response) => {
    if (!answers(String(request.url), response)) honest(request, response);
  };
  const { port } = server.address() as AddressInfo;
  return verifier('log', `http://127.0.0.1:${port}/tlog/`, '--key', log.vkey);
}

describe('a served log', () => {
  it('is verified like a log in a folder', async () => {
    expect(await check(() => false)).toMatchObject({ code: 0, errors: '' });
  });

  it('may be compressed', async () => {
    const run = await check((path, response) => {
      const bytes = files.get(path.replace('/tlog/', ''));
      response.writeHead(bytes ? 200 : 404, { 'content-encoding': 'gzip' }).end(gzipSync(bytes ?? ''));
      return true;
    });
    expect(run).toMatchObject({ code: 0, errors: '' });
  });

  it('is requested again while the server is busy', async () => {
    let refused = 0;
    const run = await check((path, response) => {
      if (!path.includes('entries') || refused++ > 0) return false;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return true;
    });
    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(refused).toBeGreaterThan(1);
  });

  it.each<[string, number, number, string]>([
    ['without permission', 403, 2, 'entries are for auditors'],
    ['that fails', 500, 2, 'the server answered 500'],
    ['that lacks a part', 404, 1, 'tile/entries/000 is missing'],
  ])('%s: %d ends with %d', async (_what, status, code, why) => {
    const run = await check((path, response) => {
      if (!path.includes('entries')) return false;
      response.writeHead(status).end();
      return true;
    });
    expect(run).toMatchObject({ code, errors: expect.stringContaining(why) });
  });

  it('cannot redirect the verifier and its token to another server', async () => {
    const run = await check((path, response) => {
      if (!path.includes('entries')) return false;
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      return true;
    });
    expect(run).toMatchObject({ code: 2, errors: expect.stringContaining('cannot be fetched') });
  });

  it('that never stops sending is not read without limit', async () => {
    const endless = (response: ServerResponse): void => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    for (const part of ['checkpoint', 'tile/0/000', 'tile/entries/000']) {
      const run = await check((path, response) => {
        if (!path.endsWith(part)) return false;
        endless(response);
        return true;
      });
      expect(run).toMatchObject({
        code: 1,
        errors: expect.stringContaining(`${part}: it has more than the`),
      });
    }
  });

  it('that decompresses to more than the allowed size is not decompressed without limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const run = await check((path, response) => {
      if (!path.includes('entries')) return false;
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      return true;
    });
    expect(run).toMatchObject({
      code: 1,
      errors: expect.stringContaining('it has more than the 16777472 bytes'),
    });
  });

  it('that is cut off could not be checked', async () => {
    const run = await check((path, response) => {
      if (!path.includes('entries')) return false;
      response.writeHead(200, { 'content-length': '1000' }).write('x');
      setTimeout(() => response.destroy(), 20);
      return true;
    });
    expect(run).toMatchObject({ code: 2, errors: expect.stringContaining('the response was cut off') });
  });

  it('of more leaves than the program can check is refused before a tile is requested', async () => {
    const key = new ReferenceKey();
    const text = `${key.name}\n9007199254740991\n${Buffer.alloc(32).toString('base64')}\n`;
    handler = (_request, response) => response.writeHead(200).end(`${text}\n${key.signatureOf(text)}`);
    const { port } = server.address() as AddressInfo;
    const run = await verifier('log', `http://127.0.0.1:${port}`, '--key', key.vkey);
    expect(run).toMatchObject({
      code: 2,
      errors: expect.stringContaining('more than this program can check'),
    });
  });
});
