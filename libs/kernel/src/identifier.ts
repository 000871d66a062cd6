import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): unique, ordered by creation to the millisecond, and no secret. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID in its canonical form (RFC 9562, section 4), which PostgreSQL takes without an error. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
