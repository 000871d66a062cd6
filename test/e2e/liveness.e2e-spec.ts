import { DataSource } from 'typeorm';
import { DrainState } from '../../apps/api/src/http/drain.js';
import { describeApi } from '../support/describe-api.js';
import { request, sendRaw } from '../support/raw-http.js';

describeApi('/health/live', { people: false }, (api) => {
  const ask = (headers: readonly string[] = []) =>
    sendRaw(api.url, request('GET /health/live HTTP/1.1', [...headers]));

  it('has the headers of every response', async () => {
    const { status, headers, body } = await ask();
    expect({ status, body }).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['x-request-id']).toBeDefined();
  });

  it('answers while the database is unavailable', async () => {
    const source = api.app.get(DataSource, { strict: false });
    await source.destroy();
    try {
      expect((await ask()).status).toBe(200);
    } finally {
      await source.initialize();
    }
  });

  it('is counted in the metrics like any other request', async () => {
    const count = async (): Promise<number> => {
      const text = await (await fetch(`${api.url}/metrics`)).text();
      const found = /duration_seconds_count\{route="\/health\/live",method="GET",status="2xx"\} (\d+)/.exec(
        text,
      );
      return Number(found?.[1] ?? 0);
    };
    const before = await count();
    await ask();
    await ask();
    expect(await count()).toBe(before + 2);
  });

  it('refuses the requests that every operation refuses', async () => {
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

  it('closes its connections while the process shuts down', async () => {
    api.app.get(DrainState).begin();
    const { status, headers } = await sendRaw(api.url, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    expect({ status, connection: headers['connection'] }).toEqual({ status: 200, connection: 'close' });
  });
});
