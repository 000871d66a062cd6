import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export const SALT_BYTES = 32;

/** Personal data of an entry. Few readers see it, and it can be erased without changing the log. */
export interface PersonalValues {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Personal values as stored beside the log: their bytes, and the salt that prevents guessing them from the commitment. */
export interface KeptPersonalValues {
  readonly salt: Buffer;
  readonly value: Buffer;
}

export const NO_PERSONAL_VALUES: PersonalValues = { ip: null, userAgent: null };

/** Encodes the values for storage; null when there are none. `salt` is 32 random bytes. */
export function keepPersonalValues(
  { ip, userAgent }: PersonalValues,
  salt: Buffer,
): KeptPersonalValues | null {
  if (ip === null && userAgent === null) return null;
  return { salt, value: Buffer.from(String(canonicalize({ ip, userAgent }))) };
}

/** The commitment in the leaf: SHA-256(salt || value), base64url. After the salt is erased it reveals nothing. */
export function commitmentTo({ salt, value }: KeptPersonalValues): string {
  return createHash('sha256').update(salt).update(value).digest('base64url');
}

/** Decodes stored values; all null when they were erased or never recorded. */
export function readPersonalValues(value: Uint8Array | null): PersonalValues {
  if (value === null) return NO_PERSONAL_VALUES;
  const { ip, userAgent } = JSON.parse(Buffer.from(value).toString()) as PersonalValues;
  return { ip, userAgent };
}
