import { type TestApi } from '../support/app.js';
import { describeApi } from '../support/describe-api.js';

const TOKEN = 'a-token-of-the-operators-prometheus';

async function read(api: TestApi, authorization?: string): Promise<{ status: number; text: string }> {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await fetch(`${api.url}/metrics`, { headers });
  return { status: answer.status, text: await answer.text() };
}

/** The value of one series; undefined if it does not exist. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const MINOR_COLLECTIONS = /^nodejs_gc_duration_seconds_count\{kind="minor"\} \d+$/m;

describeApi('/metrics', {}, (api) => {
  it('answers in the text format of Prometheus', async () => {
    const { headers } = await api.anonymous.get('/metrics').expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('counts requests by the template of their route and never shows what a client wrote', async () => {
    const series = 'veritrail_http_request_duration_seconds_count';
    const ofRoute = `${series}{route="/v1/documents/:id",method="GET",status="4xx"}`;
    const ofNone = `${series}{route="(none)",method="GET",status="4xx"}`;
    const before = (await read(api)).text;
    await api.as('user').get('/v1/documents/01890000-0000-7000-8000-00000000dead').expect(404);
    await fetch(`${api.url}/written-by-a-stranger`);
    const { text } = await read(api);
    expect(valueOf(text, ofRoute)).toBe((valueOf(before, ofRoute) ?? 0) + 1);
    expect(valueOf(text, ofNone)).toBe((valueOf(before, ofNone) ?? 0) + 1);
    expect(text).not.toContain('stranger');
    expect(text).not.toContain('dead');
  });

  it('counts problems by code and login attempts by outcome', async () => {
    const unauthenticated = 'veritrail_problems_total{code="UNAUTHENTICATED",status="401"}';
    const refused = 'veritrail_logins_total{outcome="refused"}';
    const succeeded = 'veritrail_logins_total{outcome="succeeded"}';
    const account = await api.createAccount(['user']);
    const before = (await read(api)).text;
    await api.anonymous.get('/v1/auth/me').expect(401);
    const wrong = { email: account.email, password: 'not the password of anybody' };
    await api.anonymous.post('/v1/auth/login').send(wrong).expect(401);
    await api.signIn(account);
    const { text } = await read(api);
    expect(valueOf(text, unauthenticated)).toBe((valueOf(before, unauthenticated) ?? 0) + 1);
    expect(valueOf(text, refused)).toBe((valueOf(before, refused) ?? 0) + 1);
    expect(valueOf(text, succeeded)).toBe((valueOf(before, succeeded) ?? 0) + 1);
  });

  it('counts hits and misses of the access token cache', async () => {
    const hits = 'veritrail_cache_lookups_total{cache="access_tokens",result="hit"}';
    const misses = 'veritrail_cache_lookups_total{cache="access_tokens",result="miss"}';
    const client = await api.newcomer(['user']);
    const before = (await read(api)).text;
    await client.get('/v1/auth/me').expect(200);
    await client.get('/v1/auth/me').expect(200);
    const { text } = await read(api);
    expect(valueOf(text, misses)).toBe((valueOf(before, misses) ?? 0) + 1);
    expect(valueOf(text, hits)).toBe((valueOf(before, hits) ?? 0) + 1);
  });

  it('shows the size of every cache', async () => {
    const { text } = await read(api);
    const caches = [...text.matchAll(/^veritrail_cache_entries\{cache="(\w+)"\} \d+$/gm)].map(
      ([, name]) => name,
    );
    expect(caches.sort()).toEqual([
      'access_tokens',
      'authority',
      'checked_content',
      'newest_checkpoint',
      'sealed_tiles',
    ]);
  });

  it('shows the state of the process and its connection pool', async () => {
    let { text } = await read(api);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(valueOf(text, 'nodejs_eventloop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'veritrail_database_waiting')).toBe(0);
    expect(valueOf(text, 'veritrail_database_connections{state="idle"}')).toBeGreaterThan(0);
    // A garbage collection is counted shortly after it ended.
    for (const garbage: object[][] = []; !MINOR_COLLECTIONS.test(text); { text } = await read(api))
      garbage[0] = Array.from({ length: 1e6 }, () => ({}));
    expect(text).toMatch(MINOR_COLLECTIONS);
  });
});

describeApi('/metrics with a token', { people: false, environment: { METRICS_TOKEN: TOKEN } }, (api) => {
  it('is available only to clients with the token', async () => {
    expect((await read(api, `Bearer ${TOKEN}`)).status).toBe(200);
    for (const wrong of [undefined, 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN]) {
      const { status, text } = await read(api, wrong);
      expect(status).toBe(401);
      expect(text).not.toContain('veritrail_http');
    }
  });
});

describeApi('/metrics, switched off', { people: false, environment: { METRICS: 'false' } }, (api) => {
  it('does not exist', async () => {
    expect((await read(api)).status).toBe(404);
    expect(api.document.paths['/metrics']).toBeUndefined();
  });
});
