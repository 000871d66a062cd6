import { ValidationError } from '#libs/kernel';

const MAX_LENGTH = 255;
const VISIBLE = /^[\x21-\x7e]+$/;
/** A string of structured fields (RFC 9651, section 3.3.3): in quotes, with quote and backslash escaped. */
const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * The key that the header names, or null without a header. Both ways of writing it are taken and mean the same: bare, as
 * most clients send it, and in quotes, as the IETF draft (draft-ietf-httpapi-idempotency-key-header) wants it. Throws
 * `ValidationError` for anything but one key of 1 to 255 visible ASCII characters.
 */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  // Node joins repeated fields with a comma and a space: no key holds a space, so two keys are never taken for one.
  const text = Array.isArray(header) ? header.join(', ') : header;
  const key = text.startsWith('"') ? unquoted(text) : text;
  if (key === null || key.length > MAX_LENGTH || !VISIBLE.test(key)) {
    throw new ValidationError('The Idempotency-Key is not valid', {
      errors: [
        {
          in: 'header',
          pointer: '/Idempotency-Key',
          detail: `must be one key of 1 to ${MAX_LENGTH} visible ASCII characters`,
        },
      ],
    });
  }
  return key;
}

function unquoted(text: string): string | null {
  return QUOTED.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ?? null;
}
