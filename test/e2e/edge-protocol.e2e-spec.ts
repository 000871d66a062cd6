import { once } from 'node:events';
import { useApi } from '../support/describe-api.js';
import { open, type RawAnswer, request, sendRaw } from '../support/raw-http.js';

const api = useApi({ people: false });

const raw = (message: string | Buffer, quietMs?: number): Promise<RawAnswer> =>
  sendRaw(api.url, message, quietMs);

function problemOf(answer: RawAnswer): { code: string; status: number } {
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers['date']).toMatch(/GMT$/);
  const problem = JSON.parse(answer.body) as { code: string; status: number; requestId: string };
  expect(problem.status).toBe(answer.status);
  expect(problem.requestId).toBe(answer.headers['x-request-id']);
  return problem;
}

describe('the Host header', () => {
  it.each([
    ['missing', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['given twice', 'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
    ['given twice alike', 'GET /health/live HTTP/1.1\r\nHost: a\r\nhost: a\r\nConnection: close\r\n\r\n'],
    ['empty', 'GET /health/live HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
    ['a path', 'GET /health/live HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
    ['a user', 'GET /health/live HTTP/1.1\r\nHost: user@a\r\nConnection: close\r\n\r\n'],
    ['two in one', 'GET /health/live HTTP/1.1\r\nHost: a, b\r\nConnection: close\r\n\r\n'],
    ['a bad port', 'GET /health/live HTTP/1.1\r\nHost: a:99x\r\nConnection: close\r\n\r\n'],
  ])('is refused with 400 when it is %s', async (_, message) => {
    expect(problemOf(await raw(message))).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
  });

  it.each([
    'localhost',
    '127.0.0.1:3000',
    '[::1]:8080',
    'api.example.com',
    'a_b.example.com.',
    '[::ffff:10.0.0.1]',
  ])('is accepted when it is %s', async (host) => {
    const answer = await raw(`GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer.status).toBe(200);
  });

  it('may be missing in HTTP/1.0', async () => {
    expect((await raw('GET /health/live HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});

describe('a header that may appear only once', () => {
  it.each([
    ['Authorization', 'authorization', ['Authorization: Bearer a', 'authorization: Bearer b']],
    ['Content-Type', 'content-type', ['Content-Type: application/json', 'Content-Type: text/plain']],
  ])('is refused with 400 when it appears twice: %s', async (_, name, headers) => {
    const answer = await raw(request('GET /health/live HTTP/1.1', headers));
    expect(problemOf(answer)).toMatchObject({ status: 400, detail: `The header ${name} occurs twice` });
  });

  it('is found behind thousands of other headers', async () => {
    const many = Array.from({ length: 2500 }, () => 'a:b');
    const answer = await raw(request('GET /health/live HTTP/1.1', [...many, 'Host: other']));
    expect(problemOf(answer).status).toBe(431);
  });
});

describe('a transfer coding', () => {
  const login = (version: string, codings: readonly string[]) =>
    raw(
      request(`POST /v1/auth/login HTTP/${version}`, ['Content-Type: application/json', ...codings]).replace(
        'Connection: close\r\n',
        '',
      ) + '2\r\n{}\r\n0\r\n\r\n',
    );

  it.each([
    ['Transfer-Encoding: gzip, chunked'],
    ['Transfer-Encoding: chunked, chunked'],
    ['Transfer-Encoding: identity, chunked'],
    ['Transfer-Encoding: x,chunked'],
    ['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
  ])('other than chunked is refused with 400, and the connection closes: %s %s', async (...codings) => {
    const answer = await login('1.1', codings);
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(answer.headers['connection']).toBe('close');
    expect(answer.closed).toBe(true);
  });

  it('is refused in HTTP/1.0, which does not define it', async () => {
    const answer = await login('1.0', ['Transfer-Encoding: chunked']);
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(answer.closed).toBe(true);
  });

  it.each(['chunked', 'Chunked', 'CHUNKED'])('is accepted when it is %s', async (coding) => {
    expect(problemOf(await login('1.1', [`Transfer-Encoding: ${coding}`])).status).toBe(422);
  });
});

describe('a request that the HTTP parser refuses', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['the start of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n', 400],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a negative length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400],
    ['an unknown transfer coding', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 400],
    ['a huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['many headers', `GET / HTTP/1.1\r\nHost: a\r\n${'X-A: some value\r\n'.repeat(4000)}\r\n`, 431],
    ['a huge address', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ])('gets a problem: %s', async (_, message, status) => {
    const answer = await raw(message);
    expect(problemOf(answer).status).toBe(status);
    expect(answer.headers['connection']).toBe('close');
    expect(answer.closed).toBe(true);
  });

  it('gets a problem also in the middle of a body', async () => {
    const headers = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const answer = await raw(request('POST /v1/auth/login HTTP/1.1', headers, 'zz\r\n{"email"\r\n'));
    expect(problemOf(answer).status).toBe(400);
  });

  it('gets a problem when its body ends before its length', async () => {
    const headers = ['Content-Type: application/json', 'Content-Length: 100'];
    const socket = open(api.url);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.end(request('POST /v1/auth/login HTTP/1.1', headers, '{"email"'));
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
  });

  it('gets one response after those of two valid pipelined requests', async () => {
    const one = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
    const answer = await raw(`${one}${one}nonsense\r\n\r\n`);
    expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  });
});

describe('a method that an address does not support', () => {
  it.each([
    ['DELETE', '/health/live', 'GET, HEAD'],
    ['TRACE', '/health/live', 'GET, HEAD'],
    ['QUERY', '/health/live', 'GET, HEAD'],
    ['OPTIONS', '/health/live', 'GET, HEAD'],
    ['PROPFIND', '/health/live', 'GET, HEAD'],
    ['GET', '/v1/auth/login', 'POST'],
    ['PUT', '/v1/users/0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10?x=1', 'GET, HEAD, PATCH'],
    ['PATCH', '/v1/users/not-a-uuid', null],
  ])('is refused with 405 and Allow: %s %s', async (method, path, allow) => {
    const answer = await raw(request(`${method} ${path} HTTP/1.1`));
    if (allow === null) {
      // The address supports the method; the request fails for another reason.
      expect(answer.status).not.toBe(405);
      return;
    }
    expect(problemOf(answer)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 });
    expect(answer.headers['allow']).toBe(allow);
  });

  it.each(['PURGE', 'MKCOL', 'TRACE', 'QUERY', 'LINK'])(
    'gets 404 at an unknown address: %s',
    async (method) => {
      expect(problemOf(await raw(request(`${method} /nothing HTTP/1.1`))).status).toBe(404);
    },
  );

  it('is refused on a tunnel', async () => {
    const answer = await raw('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    expect(problemOf(answer).status).toBe(405);
    expect(answer.closed).toBe(true);
  });
});

describe('a request target', () => {
  it.each([
    ['holds a percent sign that escapes nothing', '/v1/users/%zz', 400],
    ['holds half a character', '/v1/users/%ff', 400],
    ['has a part that is too long', `/v1/users/${'a'.repeat(500)}`, 414],
    ['is the whole server', '*', 404],
    ['is doubled in slashes', '//health//live', 404],
    ['climbs', '/health/../health/live', 404],
    ['climbs in disguise', '/health/%2e%2e/health/live', 404],
    ['hides a slash', '/health%2flive', 404],
    ['ends in a slash too many', '/health/live/', 404],
    ['differs in case', '/Health/Live', 404],
    ['holds a NUL', '/v1/users/%00', 401],
    ['pretends to be a file', '/health/live/x.css', 404],
    ['has a matrix parameter', '/health/live;x=1', 404],
  ])('gets a problem when it %s', async (_, path, status) => {
    const answer = await raw(request(`GET ${path} HTTP/1.1`));
    expect(problemOf(answer).status).toBe(status);
  });

  it('may be absolute', async () => {
    expect((await raw(request('GET http://localhost/health/live HTTP/1.1'))).status).toBe(200);
  });

  it('is repeated in the problem without its query and only in valid characters', async () => {
    const answer = await raw(request('GET /a"b<c>{d}|^`\\?token=secret HTTP/1.1'));
    const { instance } = JSON.parse(answer.body) as { instance: string };
    expect(instance).toBe('/a%22b%3Cc%3E%7Bd%7D%7C%5E%60%5C');
  });

  it('is accepted whatever version a client accepts', async () => {
    expect((await raw(request('GET /health/live HTTP/1.1', ['Accept-Version: 9.x']))).status).toBe(200);
  });
});

describe('the server', () => {
  it('sends 100 Continue once a handler reads the body', async () => {
    const body = '{"email":"a@example.com","password":"x"}';
    const headers = [
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
    ];
    const answer = await raw(request('POST /v1/auth/login HTTP/1.1', headers, body));
    expect(answer.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /);
  });

  it('refuses a request with 100-continue before its body is sent', async () => {
    const headers = ['Content-Type: application/json', 'Content-Length: 99999999', 'Expect: 100-continue'];
    const answer = await raw(request('POST /v1/auth/login HTTP/1.1', headers));
    expect(answer.text).not.toContain('100 Continue');
    expect(problemOf(answer).status).toBe(413);
  });

  it('refuses any other expectation with 417', async () => {
    const answer = await raw(request('GET /health/live HTTP/1.1', ['Expect: a miracle']));
    expect(problemOf(answer)).toMatchObject({ code: 'EXPECTATION_FAILED', status: 417 });
  });

  it('ignores an upgrade', async () => {
    const answer = await raw(
      'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect(answer.status).toBe(200);
  });
});

describe('HEAD', () => {
  it('answers like GET without a body', async () => {
    const get = await raw(request('GET /health/live HTTP/1.1'));
    const head = await raw(request('HEAD /health/live HTTP/1.1'));
    expect(head.status).toBe(200);
    expect(head.body).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });

  it('answers errors without a body too', async () => {
    const answer = await raw(request('HEAD /nothing HTTP/1.1'));
    expect([answer.status, answer.body]).toEqual([404, '']);
    const unreadable = await raw(request('HEAD /v1/users/%ff HTTP/1.1'));
    expect([unreadable.status, unreadable.body]).toEqual([400, '']);
  });
});

describe('a refused body that is still arriving', () => {
  it('is drained when it is small, and the connection is kept', async () => {
    const refused = 'POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
    const next = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
    const answer = await raw(`${refused}${next}`);
    expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('does not cost the client the response when it is large', async () => {
    const size = 8 * 1024 * 1024;
    const head = request('POST /nothing HTTP/1.1', [`Content-Length: ${size}`]);
    const answer = await raw(Buffer.concat([Buffer.from(head), Buffer.alloc(size, 'x')]), 3000);
    expect(problemOf(answer).status).toBe(404);
    expect(answer.headers['connection']).toBe('close');
    expect(answer.closed).toBe(true);
  });
});
