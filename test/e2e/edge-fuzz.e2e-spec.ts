import fc from 'fast-check';
import { useApi } from '../support/describe-api.js';
import { request, sendRaw } from '../support/raw-http.js';

const api = useApi({ people: false });

const BODY = '{"email":"a@example.com","password":"x"}';
const JSON_HEADERS = ['Content-Type: application/json', `Content-Length: ${BODY.length}`];
const SEEDS = [
  request('GET /health/live HTTP/1.1'),
  request('GET /v1/users?limit=20&cursor=abc HTTP/1.1', ['Authorization: Bearer a.b.c']),
  request('GET /problems/not-found HTTP/1.1', ['Accept: text/html;q=0.9, */*']),
  request('POST /v1/auth/login HTTP/1.1', JSON_HEADERS, BODY),
  request(
    'POST /v1/auth/refresh HTTP/1.1',
    ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
    '5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n',
  ),
  request(
    'POST /v1/documents HTTP/1.1',
    ['Content-Type: multipart/form-data; boundary=b', 'Content-Length: 20'],
    '--b\r\n\r\n--b--\r\n',
  ),
];

type Edit = { at: number; kind: 'flip' | 'cut' | 'insert' | 'repeat'; bytes: Uint8Array };

/** Damages a request as a broken or hostile client would. */
function damage(seed: string, edits: readonly Edit[]): Buffer {
  return edits.reduce<Buffer>((message, { at, kind, bytes }) => {
    const place = Math.floor((at / 1000) * message.length);
    const [before, after] = [message.subarray(0, place), message.subarray(place)];
    const rest = after.subarray(Math.min(bytes.length, after.length));
    if (kind === 'flip') return Buffer.concat([before, bytes, rest]);
    if (kind === 'cut') return Buffer.concat([before, rest]);
    if (kind === 'insert') return Buffer.concat([before, bytes, after]);
    return Buffer.concat([before, after.subarray(0, bytes.length), after]);
  }, Buffer.from(seed));
}

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 999 }),
    kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat'),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
      fc.uint8Array({ min: 0x21, max: 0x7e, minLength: 1, maxLength: 8 }),
      fc
        .constantFrom(
          '\r\n',
          '\n',
          '\0',
          ' ',
          ':',
          '%00',
          '%',
          '"',
          '{',
          '[',
          'Content-Length: 1\r\n',
          'Host: b\r\n',
          'Transfer-Encoding: chunked\r\n',
        )
        .map((text) => new Uint8Array(Buffer.from(text))),
    ),
  }),
  { minLength: 1, maxLength: 2 },
);

describe('random bytes', () => {
  it('get a status below 500 or no response, and the server keeps working', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SEEDS), edits, async (seed, changes) => {
        const answer = await sendRaw(api.url, damage(seed, changes), 40, 250);
        for (const [, status] of answer.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
          expect(Number(status)).toBeLessThan(500);
          statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
        }
      }),
      { numRuns: 300 },
    );
    expect(statuses.size).toBeGreaterThan(3);
    expect((await sendRaw(api.url, request('GET /health/live HTTP/1.1'))).status).toBe(200);
  }, 120_000);

  it('in a JSON body get a status below 500', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('email', 'password', 'token', 'refreshToken'), fc.jsonValue()),
    );
    const path = fc.constantFrom(
      '/v1/auth/login',
      '/v1/auth/refresh',
      '/v1/auth/invitations/accept',
      '/v1/auth/register',
    );
    await fc.assert(
      fc.asyncProperty(path, value, async (target, body) => {
        const text = JSON.stringify(body);
        const headers = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`];
        const answer = await sendRaw(api.url, request(`POST ${target} HTTP/1.1`, headers, text));
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
