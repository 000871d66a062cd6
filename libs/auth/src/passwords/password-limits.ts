import { lengthOf } from '#libs/http';

/** NIST SP 800-63B-4, section 3.1.1: at least 15 characters when nothing else proves who somebody is. */
export const MIN_PASSWORD_LENGTH = 15;
export const MAX_PASSWORD_LENGTH = 128;
const MAX_PASSWORD_BYTES = 1024;

/** Whether the password can be hashed as the exact bytes that were typed: bounded, and without lone surrogates, which UTF-8 cannot carry. */
export function fitsPasswordLimits(password: string): boolean {
  return (
    password.isWellFormed() &&
    Buffer.byteLength(password) <= MAX_PASSWORD_BYTES &&
    lengthOf(password) <= MAX_PASSWORD_LENGTH
  );
}
