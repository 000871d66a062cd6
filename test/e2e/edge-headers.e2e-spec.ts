import request from 'supertest';
import { startApi, type TestApi } from '../support/app.js';
import { useApi } from '../support/describe-api.js';
import { request as raw, sendRaw } from '../support/raw-http.js';

const ORIGIN = 'https://app.example.com';

const api = useApi({ people: false });
const behindProxy = useApi({
  people: false,
  environment: { TRUST_PROXY: '127.0.0.1', CORS_ORIGINS: ORIGIN, RATE_LIMIT_PER_MINUTE: '3' },
});

describe('every response', () => {
  it.each([
    ['a success', 'GET', '/health/live', 200],
    ['an unknown address', 'GET', '/nothing', 404],
    ['a wrong method', 'DELETE', '/health/live', 405],
    ['a missing token', 'GET', '/v1/users', 401],
    ['a path that cannot be read', 'GET', '/v1/users/%ff', 400],
    ['a path that is too long', 'GET', `/v1/users/${'a'.repeat(400)}`, 414],
    ['the whole server', 'OPTIONS', '*', 404],
  ])('carries the security headers: %s', async (_, method, path, status) => {
    const { headers, ...answer } = await sendRaw(api.url, raw(`${method} ${path} HTTP/1.1`));
    expect(answer.status).toBe(status);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['content-type']).toMatch(/^application\/(problem\+)?json; charset=utf-8$/);
  });

  it('names neither the software nor its version', async () => {
    const { text } = await sendRaw(api.url, raw('GET /nothing HTTP/1.1'));
    expect(text).not.toMatch(/fastify|nest|node|express|veritrail|x-powered-by|^server:/im);
  });

  it('has Strict-Transport-Security only over HTTPS, as reported by a trusted proxy', async () => {
    const header = async (target: TestApi, protocol: string) =>
      (await request(target.url).get('/health/live').set('x-forwarded-proto', protocol)).headers[
        'strict-transport-security'
      ];
    expect(await header(behindProxy, 'https')).toBe('max-age=31536000; includeSubDomains');
    expect(await header(behindProxy, 'http')).toBeUndefined();
    expect(await header(api, 'https')).toBeUndefined();
  });
});

describe('the request id', () => {
  const idOf = async (target: TestApi, headers: Record<string, string>) =>
    (await request(target.url).get('/health/live').set(headers)).headers['x-request-id'];

  it('is generated for each request', async () => {
    const mine = 'chosen-by-the-client';
    expect(await idOf(api, { 'x-request-id': mine })).not.toBe(mine);
    expect(await idOf(api, {})).not.toBe(await idOf(api, {}));
  });

  it('is accepted from a trusted proxy when it is valid', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect(await idOf(behindProxy, { ...forwarded, 'x-request-id': 'edge-1234567' })).toBe('edge-1234567');
    for (const id of ['short', 'a b c d e f g h', 'x'.repeat(200), '<script>alert(1)</script>']) {
      expect(await idOf(behindProxy, { ...forwarded, 'x-request-id': id })).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('other origins', () => {
  const preflight = (target: TestApi, origin: string) =>
    request(target.url)
      .options('/v1/documents')
      .set({ origin, 'access-control-request-method': 'POST', 'x-forwarded-for': '198.51.100.1' });

  it('are refused unless they are listed', async () => {
    const allowed = await preflight(behindProxy, ORIGIN);
    expect(allowed.status).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'x-content-type-options': 'nosniff',
    });
    expect(allowed.headers['access-control-allow-credentials']).toBeUndefined();
    expect(String(allowed.headers['vary'])).toContain('Origin');
    for (const origin of ['https://evil.example.com', 'https://app.example.com.evil.com', 'null']) {
      const refused = await preflight(behindProxy, origin);
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('are listed in Vary, also where the response depends on another header', async () => {
    for (const [path, vary] of [
      ['/v1/reason-codes', 'Origin'],
      ['/problems', 'Accept, Origin'],
    ] as const) {
      const { headers } = await request(behindProxy.url)
        .get(path)
        .set({ origin: ORIGIN, 'x-forwarded-for': '198.51.100.1' });
      expect([path, headers['vary']]).toEqual([path, vary]);
    }
  });

  it('may send and read every header in the contract', async () => {
    const { headers } = await preflight(behindProxy, ORIGIN);
    const named = (list: unknown): string[] => String(list).toLowerCase().split(', ');
    const parts = Object.values(behindProxy.document.paths).flatMap((path) => Object.values(path as object));
    const operations = parts as Array<{
      parameters?: Array<{ in: string; name: string }>;
      responses: Record<string, { headers?: object }>;
    }>;
    const sent = operations.flatMap(({ parameters = [] }) => parameters.filter((one) => one.in === 'header'));
    expect(named(headers['access-control-allow-headers'])).toEqual(
      expect.arrayContaining(sent.map(({ name }) => name.toLowerCase())),
    );
    const answers = operations.flatMap(({ responses }) => Object.values(responses));
    const received = new Set(answers.flatMap((answer) => Object.keys(answer.headers ?? {})));
    // For caches between client and server.
    for (const name of ['Cache-Control', 'Vary']) received.delete(name);
    expect(named(headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining([...received].map((name) => name.toLowerCase())),
    );
  });

  it('do not affect other addresses and methods', async () => {
    const send = (method: 'get' | 'options', path: string, address: string) =>
      request(behindProxy.url)[method](path).set('x-forwarded-for', address);
    expect((await send('get', '/nothing', '198.51.100.2')).status).toBe(404);
    expect((await send('options', '/nothing', '198.51.100.2')).status).toBe(404);
    const options = await send('options', '/v1/documents', '198.51.100.2');
    expect([options.status, options.headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('are all refused by default', async () => {
    const answer = await preflight(api, ORIGIN);
    expect(answer.status).toBe(405);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the rate limit', () => {
  const from = (address: string, path = '/problems') =>
    request(behindProxy.url).get(path).set('x-forwarded-for', address);

  it('counts each client address, reports the remainder, and refuses with 429', async () => {
    const left: unknown[] = [];
    for (let index = 0; index < 3; index++) {
      const { status, headers } = await from('203.0.113.1');
      expect(status).toBe(200);
      expect(headers['ratelimit-policy']).toBe('"requests";q=3;w=60');
      left.push(/^"requests";r=(\d+);t=(?:[1-9]|[1-5]\d|60)$/.exec(String(headers['ratelimit']))?.[1]);
    }
    expect(left).toEqual(['2', '1', '0']);
    const refused = await from('203.0.113.1');
    expect(refused.body).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(refused.headers['ratelimit']).toMatch(/^"requests";r=0;t=\d+$/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await from('203.0.113.2')).status).toBe(200);
  });

  it('counts an IPv6 network as one client', async () => {
    const statuses = [];
    for (let index = 1; index <= 4; index++) statuses.push((await from(`2001:db8::${index}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await from('2001:db8:0:1::1')).status).toBe(200);
  });

  it('counts refused requests, and never the probes', async () => {
    for (let index = 0; index < 3; index++) await from('203.0.113.3', '/nothing');
    expect((await from('203.0.113.3')).status).toBe(429);
    const probe = await from('203.0.113.3', '/health/live');
    expect(probe.status).toBe(200);
    expect(probe.headers['ratelimit']).toBeUndefined();
  });

  it('ignores the address that a client claims', async () => {
    const direct = await startApi({ people: false, environment: { RATE_LIMIT_PER_MINUTE: '2' } });
    try {
      const statuses = [];
      for (let index = 0; index < 3; index++) {
        const answer = await request(direct.url)
          .get('/problems')
          .set('x-forwarded-for', `203.0.113.${index}`);
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([200, 200, 429]);
    } finally {
      await direct.close();
    }
  });
});
