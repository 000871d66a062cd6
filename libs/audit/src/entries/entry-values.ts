import { createHash } from 'node:crypto';
import { type JsonObject, type JsonValue } from '#libs/kernel';

/** A leaf has at most 65,535 bytes (C2SP tlog-tiles), and an entry has up to three such objects. */
const MAX_OBJECT_BYTES = 12 * 1024;
/** In an object over the limit, members over this size are replaced by their digest first. */
const MAX_MEMBER_BYTES = 1024;

/** One well-formed line without control characters, at most `max` UTF-16 units. */
export function plainText(text: string, max: number): string {
  return text
    .slice(0, max)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
}

/**
 * Makes an object storable in an entry: well-formed text without NUL, at most 12 KiB. A member that is too large is replaced
 * by its SHA-256, so that a holder of the value can still prove that it is the recorded one.
 */
export function boundedJson(object: JsonObject): JsonObject {
  const clean = toStorable(object) as JsonObject;
  if (byteLength(clean) <= MAX_OBJECT_BYTES) return clean;
  const shortened = Object.fromEntries(
    Object.entries(clean).map(([name, value]) => [
      name,
      byteLength(value) > MAX_MEMBER_BYTES ? digestOf(value) : value,
    ]),
  );
  return byteLength(shortened) <= MAX_OBJECT_BYTES ? shortened : digestOf(clean);
}

function toStorable(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error('JSON cannot represent this number');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toStorable);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [toStorable(name) as string, toStorable(member)]),
  );
}

function digestOf(value: JsonValue): JsonObject {
  const text = JSON.stringify(value);
  return {
    omitted: true,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}

function byteLength(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}
