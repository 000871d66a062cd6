import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { startApi, type TestApi } from '../support/app.js';

let api: TestApi;

beforeAll(async () => {
  api = await startApi({ people: false, environment: { MAX_EVENT_LOOP_DELAY_MS: '100' } });
});

afterAll(() => api?.close());

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a process that cannot keep up', () => {
  it('refuses new requests with 503 until it can, and lives', async () => {
    // Two samples long, so that at least one of them saw nothing but delay.
    block(1200);
    await sleep(1);
    const refused = await request(api.url).get('/problems');
    expect(refused.body).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect(refused.headers['retry-after']).toBe('2');
    expect((await request(api.url).get('/health/live')).status).toBe(200);
    await sleep(1500);
    expect((await request(api.url).get('/problems')).status).toBe(200);
  });
});
