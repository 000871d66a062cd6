import { createHash } from 'node:crypto';
import { type JsonObject, type JsonValue } from '#libs/kernel';

/** An entry becomes a leaf of at most 65,535 bytes (C2SP tlog-tiles); changes hold two such objects. */
const MAX_OBJECT_BYTES = 12 * 1024;
/** What is longer than this is the first to be replaced by its digest. */
const MAX_MEMBER_BYTES = 1024;

/** One line that can be stored and shown: well-formed, without control characters, at most `max` UTF-16 units. */
export function plainText(text: string, max: number): string {
  return text
    .slice(0, max)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
}

/**
 * The object as it may be stored in an entry: text well-formed and free of NUL, and not larger than an entry can hold. A
 * member that is too large is replaced by its SHA-256, so that whoever has the value can still prove that it was this one.
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
