import { DrainState } from '../../apps/api/src/shutdown/drain-state.js';
import { describeApi } from '../support/describe-api.js';
import { request, sendRaw } from '../support/raw-http.js';

/** The first makes no difference to any answer, but is none that probes send: the framework answers. */
const THROUGH_THE_FRAMEWORK = ['X-Nothing: special'];

describeApi('/health/live', { people: false }, (api) => {
  const ask = (headers: readonly string[] = []) =>
    sendRaw(api.url, request('GET /health/live HTTP/1.1', [...headers]));

  it('answers a probe exactly as the framework would', async () => {
    const [plain, full] = [await ask(), await ask(THROUGH_THE_FRAMEWORK)];
    const { 'x-request-id': id, ...headers } = plain.headers;
    const { 'x-request-id': otherId, ...ofFramework } = full.headers;
    const same = { date: '', connection: 'close' };
    expect({ ...headers, ...same }).toEqual({ ...ofFramework, ...same });
    expect(plain).toMatchObject({ status: full.status, body: full.body });
    expect(id).not.toBe(otherId);
  });

  it('counts as a request like any other', async () => {
    const count = async (): Promise<number> => {
      const text = await (await fetch(`${api.url}/metrics`)).text();
      const found = /duration_seconds_count\{route="\/health\/live",method="GET",status="2xx"\} (\d+)/.exec(
        text,
      );
      return Number(found?.[1] ?? 0);
    };
    const before = await count();
    await ask();
    await ask(THROUGH_THE_FRAMEWORK);
    expect(await count()).toBe(before + 2);
  });

  it('lets nothing through that the framework refuses', async () => {
    const twice = await sendRaw(
      api.url,
      'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    expect(twice.status).toBe(400);
    const withBody = await sendRaw(
      api.url,
      request('GET /health/live HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 2'], '{}'),
    );
    expect(withBody.status).toBe(415);
  });

  it('sends its clients to another process while this one ends', async () => {
    api.app.get(DrainState).begin();
    const { status, headers } = await sendRaw(api.url, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    expect({ status, connection: headers['connection'] }).toEqual({ status: 200, connection: 'close' });
  });
});
