import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ConfigurationError } from '#libs/config';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { type AuthConfiguration } from '../auth.configuration.js';

/** A public key as `/.well-known/jwks.json` shows it (RFC 7517). Never holds `d`. */
export interface PublishedKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly use: 'sig';
  readonly alg: 'ES256';
  readonly kid: string;
}

/**
 * The signing key and the accepted public keys, found by RFC 7638 thumbprint. A token can name a key, but it can
 * neither contain one nor make the server fetch one.
 */
export class KeyRing {
  private constructor(
    readonly signing: { readonly kid: string; readonly privateKey: KeyObject },
    private readonly accepted: ReadonlyMap<string, KeyObject>,
    readonly published: readonly PublishedKey[],
  ) {}

  /** Throws `ConfigurationError` if a public key is not a P-256 key. */
  static async of({ tokens }: Pick<AuthConfiguration, 'tokens'>): Promise<KeyRing> {
    const privateKey = createPrivateKey(tokens.privateKeyPem);
    const own = await describe(createPublicKey(privateKey));
    const others = await Promise.all(
      tokens.additionalPublicKeysPem.map((pem) => describe(readPublicKey(pem))),
    );
    const keys = new Map([own, ...others].map((entry) => [entry.published.kid, entry]));
    return new KeyRing(
      { kid: own.published.kid, privateKey },
      new Map([...keys].map(([kid, { key }]) => [kid, key])),
      [...keys.values()].map(({ published }) => published),
    );
  }

  find(kid: string): KeyObject | null {
    return this.accepted.get(kid) ?? null;
  }
}

function readPublicKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // Unreadable and unsuitable keys get the same error below.
  }
  throw new ConfigurationError(['JWT_ADDITIONAL_PUBLIC_KEYS must contain EC keys on the curve P-256 in PEM']);
}

async function describe(key: KeyObject): Promise<{ key: KeyObject; published: PublishedKey }> {
  const { x, y } = await exportJWK(key);
  if (x === undefined || y === undefined) throw new Error('The public key has no coordinates');
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  const kid = await calculateJwkThumbprint(jwk);
  return { key, published: { ...jwk, use: 'sig', alg: 'ES256', kid } };
}
