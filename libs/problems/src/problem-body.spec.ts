import {
  ConflictError,
  TooManyRequestsError,
  UnauthorizedError,
  UnavailableError,
  ValidationError,
} from '#libs/kernel';
import { problemBody, problemHeaders } from './problem-body.js';

const body = (url: string, publicUrl: string | null = null) =>
  problemBody(new ConflictError('No.', { extensions: { status: 7, state: 'verified' } }), 'r-1', url, {
    publicUrl,
  });

describe('a problem', () => {
  it('has the members of RFC 9457 and of Veritrail, which no extension can replace', () => {
    expect(body('/v1/documents/1/verify?x=1')).toEqual({
      type: '/problems/conflict',
      title: 'Conflict',
      status: 409,
      code: 'CONFLICT',
      detail: 'No.',
      instance: '/v1/documents/1/verify',
      requestId: 'r-1',
      state: 'verified',
    });
  });

  it('links to its documentation under the public URL', () => {
    expect(body('/', 'https://docs.example.com/base')['type']).toBe(
      'https://docs.example.com/base/problems/conflict',
    );
  });

  it.each([
    ['/a b', '/a%20b'],
    ['/a%20b%zz%4', '/a%20b%25zz%254'],
    ['/"<>\\^`{|}', '/%22%3C%3E%5C%5E%60%7B%7C%7D'],
    ['/\u00ff\ud800', '/%C3%BF%EF%BF%BD'],
    ['/#fragment', '/'],
    ['?query', ''],
    ['http://host/path?q', 'http://host/path'],
  ])('encodes the path as a valid URI reference: %s', (url, instance) => {
    expect(body(url)['instance']).toBe(instance);
  });

  it('limits the length of the path', () => {
    expect(String(body(`/${'ÿ'.repeat(10_000)}`)['instance']).length).toBeLessThan(7000);
  });

  it('has the headers that its status requires', () => {
    expect(problemHeaders(new UnauthorizedError())).toMatchObject({ 'www-authenticate': 'Bearer' });
    expect(problemHeaders(new TooManyRequestsError('', { retryAfter: 1.2 }))).toMatchObject({
      'retry-after': '2',
    });
    expect(problemHeaders(new ValidationError('', { headers: { etag: '"1"' } }))).toMatchObject({
      etag: '"1"',
    });
    expect(problemHeaders(new UnavailableError())).toMatchObject({ 'retry-after': '1' });
    expect(problemHeaders(new ValidationError())).not.toHaveProperty('retry-after');
  });
});
