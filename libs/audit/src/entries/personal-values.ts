import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export const SALT_BYTES = 32;

/** What is known about a person's device: told to few, and destroyed when it has to be. */
export interface PersonalValues {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Personal values as they are stored beside the log: their bytes, and the salt without which nobody can guess them. */
export interface KeptPersonalValues {
  readonly salt: Buffer;
  readonly value: Buffer;
}

export const NO_PERSONAL_VALUES: PersonalValues = { ip: null, userAgent: null };

/** The values as they are kept, or null when there are none. `salt` is 32 bytes that nobody can guess. */
export function keepPersonalValues(
  { ip, userAgent }: PersonalValues,
  salt: Buffer,
): KeptPersonalValues | null {
  if (ip === null && userAgent === null) return null;
  return { salt, value: Buffer.from(String(canonicalize({ ip, userAgent }))) };
}

/** What a leaf says instead of the values: SHA-256(salt || value), base64url. With the salt gone it says nothing. */
export function commitmentTo({ salt, value }: KeptPersonalValues): string {
  return createHash('sha256').update(salt).update(value).digest('base64url');
}

/** The values, or none when they were destroyed or never known. */
export function readPersonalValues(value: Uint8Array | null): PersonalValues {
  if (value === null) return NO_PERSONAL_VALUES;
  const { ip, userAgent } = JSON.parse(Buffer.from(value).toString()) as PersonalValues;
  return { ip, userAgent };
}
