import { createHash, generateKeyPairSync } from 'node:crypto';
import { type Configuration } from '#libs/config';
import { RequestFingerprints } from './request-fingerprints.js';

const fingerprints = () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return (pem = privateKeyPem) => new RequestFingerprints({ privateKeyPem: pem } as Configuration);
};
const request = (body: unknown, bodyDigest: string | null = null) => ({
  operation: 'createUser',
  params: {},
  query: {},
  body,
  bodyDigest,
});

describe('RequestFingerprints', () => {
  it('returns the same fingerprint for the same request in every process with the same key', () => {
    const make = fingerprints();
    const [one, other] = [make(), make()];
    expect(one.of(request({ a: 1, b: { c: [1, 2] } }))).toEqual(
      other.of(request({ b: { c: [1, 2] }, a: 1 })),
    );
  });

  it.each([
    ['another value', { a: 2 }],
    ['another type', { a: '1' }],
    ['another order of a list', { a: [2, 1] }],
    ['a member more', { a: 1, b: null }],
    ['no body', undefined],
  ])('distinguishes %s', (_name, body) => {
    const prints = fingerprints()();
    expect(prints.of(request(body))).not.toEqual(prints.of(request({ a: 1 })));
    expect(prints.of(request({ a: [1, 2] }))).not.toEqual(prints.of(request({ a: [2, 1] })));
  });

  it('distinguishes operations, paths and streamed bodies', () => {
    const prints = fingerprints()();
    const base = request(null, 'aa');
    for (const changed of [
      { ...base, operation: 'inviteUser' },
      { ...base, params: { id: '1' } },
      { ...base, query: { dry: 'true' } },
      { ...base, bodyDigest: 'bb' },
      { ...base, bodyDigest: null },
    ]) {
      expect(prints.of(changed)).not.toEqual(prints.of(base));
    }
  });

  it('cannot be recomputed from the database alone', () => {
    const body = { email: 'a@example.com', password: 'seven slow herons wade at dusk' };
    const [one, other] = [fingerprints()(), fingerprints()()];
    expect(one.of(request(body))).not.toEqual(other.of(request(body)));
    expect(one.of(request(body))).not.toEqual(createHash('sha256').update(JSON.stringify(body)).digest());
    expect(one.of(request(body))).toHaveLength(32);
  });
});
