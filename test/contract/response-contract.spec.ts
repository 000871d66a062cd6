import { NotesController } from '../fixtures/contract/notes.controller.js';
import { describeControllers } from '../support/preview.js';
import { type Answer, ResponseContract } from '../support/response-contract.js';

const ID = '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10';
const NOTE = { id: ID, text: 'Buy milk', level: null, revision: 1, etag: '"1-a"' };
const CREATED: Answer = {
  method: 'POST',
  path: '/v1/notes',
  status: 201,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': ID,
    location: `/v1/notes/${ID}`,
    etag: '"1-a"',
  },
  text: JSON.stringify(NOTE),
};
const problem = (status: number, code: string, overrides: Partial<Answer> = {}): Answer => ({
  ...CREATED,
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8', 'x-request-id': ID },
  text: JSON.stringify({
    ...{ type: '/problems/x', title: 'X', status, code, detail: 'X.', instance: '/v1/notes', requestId: ID },
  }),
  ...overrides,
});

describe('ResponseContract', () => {
  let contract: ResponseContract;
  beforeAll(async () => {
    contract = new ResponseContract(await describeControllers([NotesController]));
  });
  const check = (answer: Answer) => () => contract.check(answer);

  it('accepts documented responses', () => {
    expect(check(CREATED)).not.toThrow();
    expect(check(problem(400, 'BAD_REQUEST'))).not.toThrow();
    expect(check({ ...CREATED, headers: { ...CREATED.headers, 'cache-control': 'no-store' } })).not.toThrow();
  });

  it.each<[string, Answer, RegExp]>([
    [
      'a status that is not documented',
      { ...CREATED, status: 200 },
      /status is not documented for createNote/,
    ],
    ['a code that is not documented', problem(409, 'CONFLICT'), /code CONFLICT is not documented/],
    [
      'a member that is not documented',
      { ...CREATED, text: JSON.stringify({ ...NOTE, secret: 1 }) },
      /additional properties \(secret\)/,
    ],
    ['a missing member', { ...CREATED, text: JSON.stringify({ ...NOTE, text: undefined }) }, /'text'/],
    [
      'a wrong format',
      { ...CREATED, text: JSON.stringify({ ...NOTE, id: 'no' }) },
      /\/id must match format "uuid"/,
    ],
    [
      'another media type',
      { ...CREATED, headers: { ...CREATED.headers, 'content-type': 'text/html' } },
      /media type is text\/html/,
    ],
    [
      'a missing header',
      { ...CREATED, headers: { ...CREATED.headers, location: undefined } },
      /header Location is missing/,
    ],
    [
      'a header that is not documented',
      { ...CREATED, headers: { ...CREATED.headers, 'x-powered-by': 'x' } },
      /header x-powered-by is not documented/,
    ],
    [
      'a malformed header',
      { ...CREATED, headers: { ...CREATED.headers, etag: '1' } },
      /header ETag: the value must match pattern/,
    ],
    ['a problem with another status inside', problem(400, 'BAD_REQUEST', { status: 422 }), /says status 400/],
    [
      'a problem of another request',
      problem(400, 'BAD_REQUEST', {
        headers: { 'content-type': 'application/problem+json', 'x-request-id': ID.replace('0', '1') },
      }),
      /requestId and X-Request-Id differ/,
    ],
    ['an answer of a route that is not documented', { ...CREATED, path: '/v1/other' }, /no such operation/],
    [
      'a 405 that does not say what is allowed',
      problem(405, 'METHOD_NOT_ALLOWED', { method: 'DELETE' }),
      /a 405 without allow/,
    ],
    ['a 401 without a challenge', problem(401, 'UNAUTHENTICATED'), /a 401 without www-authenticate/],
    [
      'a body where none is documented',
      { ...CREATED, method: 'GET', path: `/v1/notes/${ID}`, status: 304 },
      /a body, where none is documented/,
    ],
  ])('refuses %s', (_, answer, message) => {
    expect(check(answer)).toThrow(message);
  });
});
