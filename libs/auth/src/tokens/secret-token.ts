import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A new opaque secret of 256 bits. The prefix lets secret scanners identify a leaked token. */
export function newSecretToken(prefix: 'vtr' | 'vti'): string {
  return `${prefix}_${randomBytes(BYTES).toString('base64url')}`;
}

/** The stored SHA-256 of a secret. It needs no salt, because the secret is random. */
export function fingerprintOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
