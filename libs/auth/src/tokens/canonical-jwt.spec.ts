import { readCanonicalHeader } from './canonical-jwt.js';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = { alg: 'ES256', kid: 'k1', typ: 'at+jwt' };
const token = (header: unknown, payload: unknown = { sub: 'x' }, signature = 'c2ln') =>
  `${encode(header)}.${encode(payload)}.${signature}`;

describe('readCanonicalHeader', () => {
  it('reads the header of a token that this server issued', () => {
    expect(readCanonicalHeader(token(HEADER))).toEqual(HEADER);
  });

  it.each([
    ['no parts', ''],
    ['two parts', `${encode(HEADER)}.${encode({})}`],
    ['five parts, an encrypted token', `${token(HEADER)}.YQ.YQ`],
    ['an empty signature', token(HEADER, {}, '')],
    ['padding', token(HEADER, {}, 'c2ln=')],
    ['the standard alphabet', token(HEADER, {}, 'c2+/')],
    ['white space', token(HEADER, {}, 'c2 ln')],
    ['bits that are not used', token(HEADER, {}, 'c2lnYR')],
    ['a length that base64 does not have', token(HEADER, {}, 'c2lnY')],
    ['more than 4 KiB', token(HEADER, { filler: 'x'.repeat(4096) })],
    ['a header that is no JSON', `${Buffer.from('{').toString('base64url')}.e30.c2ln`],
    ['a header that is a list', token([HEADER])],
    ['a header that is null', token(null)],
    ['alg none', token({ ...HEADER, alg: 'none' })],
    ['alg in another case', token({ ...HEADER, alg: 'es256' })],
    ['HS256', token({ ...HEADER, alg: 'HS256' })],
    ['no typ', token({ alg: 'ES256', kid: 'k1' })],
    ['another typ', token({ ...HEADER, typ: 'JWT' })],
    ['no kid', token({ alg: 'ES256', typ: 'at+jwt' })],
    ['a kid that is a list', token({ ...HEADER, kid: ['k1'] })],
    ...['crit', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'b64', 'cty', '__proto__'].map((field) => [
      `the field ${field}`,
      token(JSON.parse(`{"alg":"ES256","kid":"k1","typ":"at+jwt","${field}":1}`)),
    ]),
  ])('refuses %s', (_name, text) => {
    expect(readCanonicalHeader(text ?? '')).toBeNull();
  });
});
