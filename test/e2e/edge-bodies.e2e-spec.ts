import request from 'supertest';
import { newId } from '#libs/kernel';
import { useApi } from '../support/describe-api.js';
import { request as raw, sendRaw } from '../support/raw-http.js';

const api = useApi({ people: false, environment: { MAX_JSON_BYTES: '200000' } });

const login = (body: string | Buffer, contentType = 'application/json') =>
  request(api.url)
    .post('/v1/auth/login')
    .set('content-type', contentType)
    .serialize((sent: unknown) => sent as string)
    .send(body as string);

/** An operation whose only limit is MAX_JSON_BYTES. */
const edit = (body: string) =>
  request(api.url)
    .patch(`/v1/documents/${newId()}`)
    .set('content-type', 'application/json')
    .serialize((sent: unknown) => sent as string)
    .send(body);

const nested = (depth: number): string => `{"email":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('a JSON body', () => {
  it.each([
    ['is nested 2,000 levels deep', nested(2000)],
    ['opens 8,000 levels and closes none', '['.repeat(8000)],
    ['is nested one level too deep', nested(32)],
    ['names a member twice', '{"email":"a@example.com","email":"b@example.com","password":"x"}'],
    ['names a member twice, once with an escape', '{"email":"a@example.com","\\u0065mail":"b"}'],
    ['names a member twice below', '{"email":[{"a":1,"a":2}]}'],
    ['names __proto__', '{"__proto__":{"isAdmin":true},"email":"a@example.com"}'],
    ['names __proto__ with an escape', '{"\\u005f_proto__":{},"email":"a@example.com"}'],
    ['is cut off', '{"email":"a@example.com"'],
    ['has a comma too many', '{"email":"a@example.com",}'],
    ['has a comment', '{/* hello */"email":"a"}'],
    ['says NaN', '{"email":NaN}'],
    ['begins with a byte order mark', '\ufeff{"email":"a"}'],
    ['holds a raw control character', '{"email":"a\u0001"}'],
    ['is only white space', '  \n '],
  ])('is refused with 400 when it %s', async (_, body) => {
    const answer = await login(body);
    expect(answer.body).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it('is refused with 400 when it is not UTF-8', async () => {
    const answer = await login(
      Buffer.concat([Buffer.from('{"email":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    );
    expect(answer.body).toMatchObject({ code: 'BAD_REQUEST', detail: 'The body is not valid UTF-8' });
  });

  it('is accepted at the maximum depth', async () => {
    const answer = await login(nested(31));
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it.each([
    ['is nested 50,000 levels deep', nested(50_000), 'The body is nested more than 32 levels deep'],
    [
      'opens 100,000 levels and closes none',
      '['.repeat(100_000),
      'The body is nested more than 32 levels deep',
    ],
    [
      'has 20,000 members',
      `{${'"a":1,'.repeat(20_000)}}`.replaceAll('"a"', () => `"${Math.random()}"`).slice(0, 199_000),
      'The body has more than 1000 members and items',
    ],
    [
      'has 90,000 items',
      `{"metadata":[${'1,'.repeat(90_000)}1]}`,
      'The body has more than 1000 members and items',
    ],
  ])('of an operation with a larger limit is refused with 400 when it %s', async (_, body, detail) => {
    expect((await edit(body)).body).toMatchObject({ code: 'BAD_REQUEST', detail });
  });

  it.each([
    ['its operation', login, 8192],
    ['the server', edit, 200_000],
  ])('is refused with 413 when it declares more than the limit of %s', async (_, send, limit) => {
    const { body } = await send(`{"email":"${'a'.repeat(limit)}"}`);
    const detail = `The body is larger than ${limit} bytes`;
    expect(body).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', detail });
  });

  it('is refused with 413 when it exceeds the limit', async () => {
    const chunk = 'a'.repeat(2000);
    const chunked = await sendRaw(
      api.url,
      raw(
        'POST /v1/auth/login HTTP/1.1',
        ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
        `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(5),
      ),
    );
    expect(chunked.status).toBe(413);
    expect(chunked.closed).toBe(true);
  });

  it.each([
    ['a lone surrogate', '{"email":"\\ud800@example.com","password":"x"}', '/email'],
    ['a lone surrogate in a secret', '{"email":"a@example.com","password":"\\udfff"}', '/password'],
    ['NUL', '{"email":"a\\u0000@example.com","password":"x"}', '/email'],
    ['NUL in a secret', '{"email":"a@example.com","password":"a\\u0000b"}', '/password'],
    ['an array for a text', '{"email":["a@example.com"],"password":"x"}', '/email'],
    ['an object for a text', '{"email":{"a":1},"password":"x"}', '/email'],
    ['a number beyond 2^63', '{"email":9223372036854775808,"password":"x"}', '/email'],
    ['a member that is not known', '{"email":"a@example.com","password":"x","isAdmin":true}', '/isAdmin'],
    [
      'a member called constructor',
      '{"email":"a@example.com","password":"x","constructor":1}',
      '/constructor',
    ],
    ...['toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', '__defineGetter__'].map((name) => [
      `a member called ${name}`,
      `{"email":"a@example.com","password":"x","${name}":1}`,
      `/${name}`,
    ]),
    ['a member called prototype', '{"email":"a@example.com","password":"x","prototype":{}}', '/prototype'],
    ['a member whose name needs escapes', '{"email":"a@example.com","password":"x","a/b~c":1}', '/a~1b~0c'],
    ['null for a text', '{"email":null,"password":"x"}', '/email'],
    [
      '31 combining marks in a row',
      `{"email":"a${'\u0301\u0327'.repeat(16)}@example.com","password":"x"}`,
      '/email',
    ],
  ])('is refused with 422 and a pointer when it contains %s', async (_, body, pointer) => {
    const answer = await login(body);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', status: 422 });
    const { errors } = answer.body as { errors: Array<{ in: string; pointer: string }> };
    expect(errors.map((error) => `${error.in} ${error.pointer}`)).toContain(`body ${pointer}`);
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['an array of objects', '[{"email":"a@example.com","password":"x"}]'],
    ['a text', '"hello"'],
    ['a number', '7'],
    ['true', 'true'],
  ])('is refused with 422 when it is %s instead of an object', async (_, body) => {
    const answer = await login(body);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', status: 422 });
    const { errors } = answer.body as { errors: unknown[] };
    if (body === '') expect(errors.length).toBeGreaterThan(0);
    else expect(errors).toEqual([{ in: 'body', pointer: '', detail: 'must be a JSON object' }]);
  });

  it('is refused without repeating its content', async () => {
    const answer = await login(`{"email":"a@example.com","password":"x","${'k'.repeat(5000)}":1}`);
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('kkkk');
    expect(answer.text).not.toContain('a@example.com');
  });

  it('names at most 50 errors', async () => {
    const members = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`m${index}`, 1]));
    const answer = await login(JSON.stringify(members));
    expect((answer.body as { errors: unknown[] }).errors).toHaveLength(50);
  });
});

describe('the content type of a body', () => {
  const body = '{"email":"a@example.com","password":"x"}';

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/jsonx',
    'application/json-patch+json',
    'application/merge-patch+json',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'json',
    ';;;',
  ])('is refused with 415 when it is %s', async (contentType) => {
    const answer = await login(body, contentType);
    expect(answer.body).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
    expect(answer.headers['accept']).toBe('application/json');
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json; charset=utf8',
    'application/json;',
    'application/json; charset=utf-8;',
    'Application/JSON',
    'application/json;charset="UTF-8"',
  ])('is accepted when it is %s', async (contentType) => {
    const fresh = JSON.stringify({ email: `${contentType.length}@example.com`, password: 'x' });
    expect((await login(fresh, contentType)).body).toMatchObject({ status: 401 });
  });

  it('is ignored without a body', async () => {
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'application/json', 'x']) {
      const headers = [`Content-Type: ${contentType}`, 'Content-Length: 0'];
      const answer = await sendRaw(api.url, raw('POST /v1/auth/login HTTP/1.1', headers));
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  it('is refused with 415 when it is missing', async () => {
    const answer = await sendRaw(api.url, raw('POST /v1/auth/login HTTP/1.1', ['Content-Length: 2'], '{}'));
    expect(answer.status).toBe(415);
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])(
    'is refused with 415 when it is compressed with %s',
    async (encoding) => {
      const answer = await login(body).set('content-encoding', encoding);
      expect(answer.body).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(answer.headers['accept-encoding']).toBe('identity');
    },
  );
});

describe('a body where none is expected', () => {
  it.each(['GET', 'DELETE', 'HEAD'])('is refused with 415 on %s', async (method) => {
    const path =
      method === 'DELETE' ? '/v1/users/0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10/sessions' : '/v1/users';
    const headers = ['Content-Type: application/json', 'Content-Length: 2'];
    const answer = await sendRaw(api.url, raw(`${method} ${path} HTTP/1.1`, headers, '{}'));
    expect(answer.status).toBe(415);
  });

  it('is refused with 404 at an unknown address, whatever it contains', async () => {
    const answer = await request(api.url).post('/v1/nothing').set('content-type', 'text/plain').send('hello');
    expect(answer.status).toBe(404);
  });
});

describe('a query', () => {
  let token: string | null;

  beforeAll(async () => {
    token = (await api.newcomer(['user_manager'])).accessToken;
  });

  const list = (query: string) =>
    request(api.url).get(`/v1/users${query}`).set('authorization', `Bearer ${token}`);

  it.each([
    ['names a parameter that is not known', '?nope=1', '/nope'],
    ['names __proto__', '?__proto__=1', '/__proto__'],
    ['names constructor', '?constructor=1', '/constructor'],
    ['repeats a parameter', '?limit=1&limit=2', '/limit'],
    ['holds a NUL', '?cursor=%00', '/cursor'],
    ['holds a number that is too large', '?limit=9223372036854775808', '/limit'],
    ['holds a fraction', '?limit=1.5', '/limit'],
    ['holds nothing where a number is wanted', '?limit=', '/limit'],
    ['holds an object in brackets', '?limit[a]=1', '/limit[a]'],
  ])('is refused with 422 and a pointer when it %s', async (_, query, pointer) => {
    const answer = await list(query);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', status: 422 });
    const { errors } = answer.body as { errors: Array<{ in: string; pointer: string }> };
    expect(errors.map((error) => `${error.in} ${error.pointer}`)).toContain(`query ${pointer}`);
  });

  it.each([
    ['half a character', '?q=%ff'],
    ['half a character in a name', '?%c3=1'],
    ['an overlong form', '?q=%c0%af'],
    ['a surrogate', '?q=%ed%a0%80'],
    ['a percent sign that escapes nothing', '?q=100%'],
    ['an escape that is none', '?q=%zz'],
  ])('is refused with 400 when it contains %s', async (_, query) => {
    const answer = await list(query);
    expect(answer.body).toMatchObject({
      code: 'BAD_REQUEST',
      status: 400,
      detail: 'The query is not valid UTF-8',
    });
  });

  it('is refused with 400 when it contains bytes that are not ASCII', async () => {
    const answer = await sendRaw(api.url, raw('GET /v1/users?q=\u00c3\u00a9 HTTP/1.1'));
    expect(answer.status).toBe(400);
  });

  it.each(['?q=%C3%A9', '?q=a+b%20c', '?q=%F0%9F%98%80&limit=1', '?q=%25ff', '?'])(
    'is accepted when it is text: %s',
    async (query) => {
      expect((await list(query)).status).toBe(200);
    },
  );

  it('is refused when its cursor is invented', async () => {
    for (const cursor of ['x', 'e30', '%ff', 'a'.repeat(900)]) {
      const { status } = await list(`?cursor=${cursor}`);
      expect([400, 422]).toContain(status);
    }
  });

  it.each(['not-a-uuid', '0', '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f1', '%00', "'%20or%201=1", '..%2f..'])(
    'is checked, and so is the path: %s',
    async (id) => {
      const answer = await request(api.url).get(`/v1/users/${id}`).set('authorization', `Bearer ${token}`);
      expect(answer.body).toMatchObject({
        status: 422,
        errors: expect.arrayContaining([expect.objectContaining({ in: 'path', pointer: '/id' })]) as unknown,
      });
    },
  );
});
