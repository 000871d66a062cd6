import { createHash, generateKeyPairSync } from 'node:crypto';
import { ConfigurationError } from '#libs/config';
import { KeyRing } from './key-ring.js';
import { type AuthConfiguration } from '../auth.configuration.js';

const pair = (namedCurve = 'P-256') => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: publicKey.export({ format: 'jwk' }),
  };
};
const ringOf = (privateKeyPem: string, ...additionalPublicKeysPem: string[]) =>
  KeyRing.of({
    tokens: { privateKeyPem, additionalPublicKeysPem } as unknown as AuthConfiguration['tokens'],
  });

describe('KeyRing', () => {
  it('names keys by their RFC 7638 thumbprint', async () => {
    const own = pair();
    const ring = await ringOf(own.privateKeyPem);
    const { crv, kty, x, y } = own.jwk;
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    expect(ring.signing.kid).toBe(thumbprint);
    expect(ring.find(thumbprint)?.type).toBe('public');
  });

  it('accepts and publishes the previous and the next key, and no private part of any', async () => {
    const [own, previous, next] = [pair(), pair(), pair()];
    const ring = await ringOf(own.privateKeyPem, previous.publicKeyPem, next.publicKeyPem);
    expect(ring.published.map((key) => Object.keys(key).sort())).toEqual(
      Array.from({ length: 3 }, () => ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']),
    );
    expect(ring.published.every((key) => ring.find(key.kid)?.type === 'public')).toBe(true);
  });

  it('publishes a key once when it is also given as additional', async () => {
    const own = pair();
    expect((await ringOf(own.privateKeyPem, own.publicKeyPem)).published).toHaveLength(1);
  });

  it('finds no other key', async () => {
    const ring = await ringOf(pair().privateKeyPem);
    expect(ring.find('')).toBeNull();
    expect(ring.find('__proto__')).toBeNull();
  });

  it('refuses public keys that are not for ES256', async () => {
    const own = pair();
    await expect(ringOf(own.privateKeyPem, pair('P-384').publicKeyPem)).rejects.toThrow(ConfigurationError);
    await expect(ringOf(own.privateKeyPem, 'nonsense')).rejects.toThrow('JWT_ADDITIONAL_PUBLIC_KEYS');
  });
});
