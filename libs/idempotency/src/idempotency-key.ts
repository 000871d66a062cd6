import { ValidationError } from '#libs/kernel';

const MAX_LENGTH = 255;
const VISIBLE = /^[\x21-\x7e]+$/;
/** A string of structured fields (RFC 9651, section 3.3.3): quoted, with quote and backslash escaped. */
const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * The key in the header; null if the header is absent. Accepts the bare form, which most clients send, and the quoted
 * form of draft-ietf-httpapi-idempotency-key-header; both mean the same key. Throws `ValidationError` unless it is one
 * key of 1 to 255 visible ASCII characters.
 */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  // Node joins repeated fields with a comma and a space. A key holds no space, so two keys are never read as one.
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
