import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { useApi } from '../support/describe-api.js';

const ATTEMPTS = 30;

const api = useApi({ people: false, environment: { MAX_EVENT_LOOP_DELAY_MS: '100' } });

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

type Answer = Awaited<ReturnType<ReturnType<typeof request>['get']>>;

/** Repeats the request until the response has this status: neither the next sample nor the machine's load is under control. */
async function askUntil(status: number, before: () => Promise<void>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    await before();
    const answer = await request(api.url).get('/problems');
    if (answer.status === status || attempt === ATTEMPTS) return answer;
  }
}

describe('an overloaded process', () => {
  it('refuses new requests with 503 until the load falls, and stays alive', async () => {
    const refused = await askUntil(503, async () => {
      // Two samples long, so that at least one of them measures nothing but delay.
      block(1200);
      await sleep(1);
    });
    expect(refused.body).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect(refused.headers['retry-after']).toBe('2');
    expect((await request(api.url).get('/health/live')).status).toBe(200);
    expect((await askUntil(200, () => sleep(500))).status).toBe(200);
  });
});
