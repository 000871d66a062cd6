import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { PADDING_MS, padResponseTime } from './response-padding.js';

const ROUNDS = 20;
let server: FastifyInstance;

beforeAll(() => {
  server = fastify();
  padResponseTime(server);
  const even = { config: { operation: { padResponseTime: true } } };
  server.get('/at-once', even, () => Promise.resolve('done'));
  server.get('/later', even, async () => {
    await sleep(60);
    return 'done';
  });
  server.get('/over-one-multiple', even, async () => {
    await sleep(PADDING_MS + 20);
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

describe('an operation with a padded response time', () => {
  it.each(['/at-once', '/later', '/failed'])('answers %s after one multiple', async (url) => {
    expect(await millisecondsOf(url)).toBeGreaterThanOrEqual(PADDING_MS);
  });

  it('answers after the next multiple when the work took longer than one', async () => {
    expect(await millisecondsOf('/over-one-multiple')).toBeGreaterThanOrEqual(2 * PADDING_MS);
  });

  it('does not reveal how long the work took', async () => {
    let [later, atOnce] = [Infinity, Infinity];
    // The minimum of several rounds: a single one may be delayed by load on the machine.
    for (let round = 0; round < ROUNDS && !(Math.abs(later - atOnce) < 30); round += 1) {
      later = Math.min(later, await millisecondsOf('/later'));
      atOnce = Math.min(atOnce, await millisecondsOf('/at-once'));
    }
    expect(Math.abs(later - atOnce)).toBeLessThan(30);
  });

  it.each(['/refused', '/other'])('does not delay a 4xx response or another operation: %s', async (url) => {
    let least = Infinity;
    for (let round = 0; round < ROUNDS && least >= PADDING_MS / 2; round += 1) {
      least = Math.min(least, await millisecondsOf(url));
    }
    expect(least).toBeLessThan(PADDING_MS / 2);
  });
});
