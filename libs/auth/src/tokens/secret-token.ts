import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A fresh opaque secret of 256 bits. The prefix lets people and scanners see what leaked, and adds nothing to its strength. */
export function newSecretToken(prefix: 'vtr' | 'vti'): string {
  return `${prefix}_${randomBytes(BYTES).toString('base64url')}`;
}

/** What is stored of a secret: enough to recognise it, useless to whoever reads the table. Salt is for guessable secrets. */
export function fingerprintOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
