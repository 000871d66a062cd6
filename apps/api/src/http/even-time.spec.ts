import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { EVEN_TIME_MS, evenOutTimes } from './even-time.hook.js';

let server: FastifyInstance;

beforeAll(() => {
  server = fastify();
  evenOutTimes(server);
  const even = { config: { operation: { evenTime: true } } };
  server.get('/at-once', even, () => Promise.resolve('done'));
  server.get('/later', even, async () => {
    await sleep(60);
    return 'done';
  });
  server.get('/over-one-multiple', even, async () => {
    await sleep(EVEN_TIME_MS + 20);
    return 'done';
  });
  server.get('/failed', even, () => Promise.reject(new Error('planted')));
  server.get('/refused', even, (_request, reply) => reply.code(422).send('no'));
  server.get('/other', () => Promise.resolve('done'));
});

afterAll(() => server?.close());

async function millisecondsOf(url: string): Promise<number> {
  const begun = performance.now();
  await server.inject(url);
  return performance.now() - begun;
}

describe('an operation of even time', () => {
  it.each(['/at-once', '/later', '/failed'])('answers %s after one multiple', async (url) => {
    expect(await millisecondsOf(url)).toBeGreaterThanOrEqual(EVEN_TIME_MS);
  });

  it('answers after the next multiple when the work took longer than one', async () => {
    expect(await millisecondsOf('/over-one-multiple')).toBeGreaterThanOrEqual(2 * EVEN_TIME_MS);
  });

  it('does not say how long the work took', async () => {
    const differences: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      differences.push((await millisecondsOf('/later')) - (await millisecondsOf('/at-once')));
    }
    // The middle of five: one of them may have met a busy moment of the machine.
    expect(Math.abs(differences.sort((a, b) => a - b)[2] ?? Number.NaN)).toBeLessThan(30);
  });

  it.each(['/refused', '/other'])('leaves the time of a refusal and of others alone: %s', async (url) => {
    const times = [await millisecondsOf(url), await millisecondsOf(url), await millisecondsOf(url)];
    expect(Math.min(...times)).toBeLessThan(EVEN_TIME_MS / 2);
  });
});
