import { existsSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expectAlike } from '../bench/alike.js';
import { drive, type Load, WrongAnswersError } from '../bench/drive.js';
import { inTurn, isWarm } from '../bench/in-turn.js';
import { intervalsFor } from '../bench/intervals.js';
import { chooseLayout } from '../bench/layout.js';
import { readOptions } from '../bench/options.js';
import { pace } from '../bench/pace.js';
import { cpuMicroseconds, familyCpuMicroseconds } from '../bench/proc.js';
import { byFunction, byLayer } from '../bench/profile.js';
import { SeededDocument } from '../bench/seed/documents.js';
import { median, percentile, spread } from '../bench/statistics.js';

const servers: Server[] = [];

async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const load = (more: Partial<Load> = {}): Load => ({
  connections: 2,
  seconds: 0.3,
  expected: 200,
  requestsOf: () => [{ method: 'GET', path: '/' }],
  ...more,
});

afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));

describe('a result of the benchmark', () => {
  it('comes from a server that answers correctly', async () => {
    const url = await serverThat((_request, response) => void response.end('right'));
    const { requests, seconds, latencies } = await drive(
      url,
      load({ check: (body) => (body === 'right' ? null : 'wrong') }),
    );
    expect(requests).toBeGreaterThan(10);
    expect(latencies).toHaveLength(requests);
    expect(seconds).toBeGreaterThan(0.25);
  });

  it('does not come from a fast 401', async () => {
    const url = await serverThat((_request, response) => void response.writeHead(401).end());
    await expect(drive(url, load())).rejects.toThrow('status 401 instead of 200');
  });

  it('does not come from a server of which one response in a hundred has a wrong status', async () => {
    let answered = 0;
    const url = await serverThat((_request, response) => {
      response.writeHead(++answered % 100 === 0 ? 503 : 200).end();
    });
    await expect(drive(url, load())).rejects.toThrow('status 503 instead of 200');
  });

  it('does not come from a wrong body with the right status', async () => {
    const url = await serverThat((_request, response) => void response.end('{"id":"another"}'));
    const check = (body: string) =>
      (JSON.parse(body) as { id: string }).id === 'this' ? null : 'another id';
    await expect(drive(url, load({ check }))).rejects.toThrow('another id');
  });

  it('does not come from a body that cannot be parsed', async () => {
    const url = await serverThat((_request, response) => void response.end('{"id":'));
    await expect(drive(url, load({ check: (body) => String(JSON.parse(body)) }))).rejects.toThrow(
      'a body cannot be read',
    );
  });

  it('does not come from a response that is too short', async () => {
    const url = await serverThat((_request, response) => void response.end('x'));
    await expect(drive(url, load({ leastBytes: 1000 }))).rejects.toThrow(/only \d+ bytes/);
  });

  it('does not come from a connection that is cut', async () => {
    const url = await serverThat((request) => void request.socket.destroy());
    await expect(drive(url, load())).rejects.toThrow(WrongAnswersError);
  });

  it('has the requested rate, and fails on wrong responses at a steady rate too', async () => {
    let asked = 0;
    const url = await serverThat((_request, response) => {
      asked += 1;
      setTimeout(() => response.end('right'), 20);
    });
    const { requests, latencies } = await pace(url, load({ connections: 20 }), 200);
    expect([requests, asked, latencies.length]).toEqual([60, 60, 60]);
    expect(Math.min(...latencies)).toBeGreaterThan(18);
    const refusing = await serverThat((_request, response) => void response.writeHead(503).end());
    await expect(pace(refusing, load(), 200)).rejects.toThrow('status 503 instead of 200');
    const check = (body: string) => (body === 'left' ? null : 'not left');
    await expect(pace(url, load({ check }), 200)).rejects.toThrow('not left');
  });

  it('includes the time that a request waits for a free connection', async () => {
    const url = await serverThat((_request, response) => void setTimeout(() => response.end('right'), 50));
    const { latencies } = await pace(url, load({ connections: 1 }), 100);
    expect(Math.max(...latencies)).toBeGreaterThan(500);
  });

  it('does not come from two servers with different responses', async () => {
    const page = (ids: string[]) =>
      serverThat(
        (_request, response) => void response.end(JSON.stringify({ items: ids, nextCursor: ids[0] })),
      );
    const asked = { floor: { path: '/' }, api: { path: '/' } };
    const alike = { alike: [asked], load: () => Promise.reject(new Error('not measured')) };
    const [one, same, other] = [await page(['a', 'b']), await page(['a', 'b']), await page(['b', 'a'])];
    await expect(expectAlike({ floor: one, api: same }, alike)).resolves.toBeUndefined();
    await expect(expectAlike({ floor: one, api: other }, alike)).rejects.toThrow(WrongAnswersError);
  });
});

describe('the figures of the benchmark', () => {
  it('are medians and percentiles by nearest rank', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1, 2, 30, 4])).toBe(3);
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([
      50, 99, 100,
    ]);
    expect(percentile([7], 0.99)).toBe(7);
    expect(spread([90, 100, 110])).toBeCloseTo(0.2);
  });

  it('are percentiles of many short intervals, each of a thousand responses if the server is fast enough', () => {
    const effort = { rounds: 5, seconds: 3 };
    expect(intervalsFor(2000, effort)).toEqual({ rounds: 15, seconds: 1 });
    expect(intervalsFor(600, effort)).toEqual({ rounds: 15, seconds: 2 });
    expect(intervalsFor(70, effort)).toEqual({ rounds: 15, seconds: 3 });
    expect(intervalsFor(70, { rounds: 3, seconds: 1 })).toEqual({ rounds: 9, seconds: 1 });
  });

  it('are taken after a warm-up, which ends with enough responses or after the measured time', async () => {
    const turns: string[] = [];
    const act = (each: Record<string, number>) => async (name: string) => {
      turns.push(name);
      return { requests: each[name]! };
    };
    const [fast, slow] = [{ requests: 10_000 }, { requests: 9_999 }];
    expect(await inTurn(5, act({ floor: 10_000, api: 9_999 }), isWarm)).toEqual({
      floor: [fast, fast],
      api: [slow, slow, slow],
    });
    expect(turns).toEqual(['floor', 'api', 'floor', 'api', 'api']);
    expect(await inTurn(2, act({ floor: 1, api: 9_999 }), isWarm)).toMatchObject({ api: [slow, slow] });
    expect(await inTurn(3, act({ floor: 10_000, api: 9_999 }))).toMatchObject({ floor: [fast, fast, fast] });
  });

  it('are never computed from no values', () => {
    expect(() => median([])).toThrow('nothing');
    expect(() => percentile([], 0.5)).toThrow('nothing');
    expect(() => percentile([1], 50)).toThrow('not a share');
  });

  (existsSync('/proc/self/stat') ? it : it.skip)(
    'count the processor time that was really used (needs /proc)',
    () => {
      const [own, family] = [cpuMicroseconds(process.pid), familyCpuMicroseconds(process.pid)];
      const until = performance.now() + 200;
      while (performance.now() < until) Math.sqrt(2);
      expect(cpuMicroseconds(process.pid) - own).toBeGreaterThan(20_000);
      expect(familyCpuMicroseconds(process.pid) - family).toBeGreaterThan(20_000);
    },
  );

  it('attribute built-in functions to their caller, and ignore idle time', () => {
    const frame = (functionName: string, url = '') => ({ functionName, url });
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('(root)'), children: [2, 3, 5] },
        { id: 2, callFrame: frame('(idle)') },
        { id: 3, callFrame: frame('query', 'file:///x/node_modules/pg/lib/client.js'), children: [4] },
        { id: 4, callFrame: frame('writev') },
        { id: 5, callFrame: frame('get', 'file:///x/dist/libs/documents/src/documents/rows.js') },
      ],
      samples: [2, 3, 4, 5, 2],
      timeDeltas: [100, 10, 20, 5, 100],
    };
    expect(byLayer(profile)).toEqual([
      { name: 'pg', us: 30 },
      { name: 'libs/documents/src/documents', us: 5 },
    ]);
    expect(byFunction(profile)[0]).toEqual({ name: 'pg: writev', us: 20 });
  });
});

describe('the data and the options of the benchmark', () => {
  it('are the same on every machine', () => {
    const document = new SeededDocument(7, 1000);
    expect(document).toEqual(new SeededDocument(7, 1000));
    expect({ id: document.id, title: document.title, status: document.status }).toMatchInlineSnapshot(`
      {
        "id": "018bb539-f32b-769d-97bb-fa123a79dea5",
        "status": "verified",
        "title": "Passport Bababe 4293",
      }
    `);
    expect(new SeededDocument(8, 1000).createdAt > document.createdAt).toBe(true);
  });

  it('give the server its own processor if there are two', () => {
    expect(chooseLayout(1, true).server).toBeNull();
    expect(chooseLayout(8, false).server).toBeNull();
    expect(chooseLayout(2, true)).toMatchObject({ generator: '0', server: '1', database: '0' });
    expect(chooseLayout(8, true)).toMatchObject({ generator: '0', server: '1', database: '2-7' });
  });

  it('refuse unknown options', () => {
    expect(readOptions(['--quick', '--rows', '500']).documents).toBe(500);
    expect(readOptions(['--cache', '/x', '--quick']).command).toBe('npm run bench -- --quick');
    expect(() => readOptions(['--scenario', 'read-one,flying'])).toThrow('no scenario flying');
    expect(() => readOptions(['--rounds', '0'])).toThrow('--rounds must be a whole number');
    expect(() => readOptions(['--round', '1'])).toThrow('--round');
  });
});
