import { lengthOf } from '#libs/http';

/** NIST SP 800-63B-4, section 3.1.1: at least 15 characters if the password is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;
export const MAX_PASSWORD_LENGTH = 128;
const MAX_PASSWORD_BYTES = 1024;

/** Whether the password is within the limits and well-formed: UTF-8 cannot encode lone surrogates. */
export function fitsPasswordLimits(password: string): boolean {
  return (
    password.isWellFormed() &&
    Buffer.byteLength(password) <= MAX_PASSWORD_BYTES &&
    lengthOf(password) <= MAX_PASSWORD_LENGTH
  );
}
