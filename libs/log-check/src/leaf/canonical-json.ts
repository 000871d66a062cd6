import { decodeUtf8 } from '../core/encoding.js';

/** No leaf of this log is nested deeper. The limit protects the stack. */
const MAX_DEPTH = 64;

/** The value of JSON text, or why the text is not canonical. */
export type CanonicalReading = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads bytes that must be canonical JSON (RFC 8785 section 3.2): UTF-8, no whitespace, one spelling for each string and
 * number, members sorted by UTF-16 code units and each name once.
 */
export function readCanonicalJson(bytes: Uint8Array): CanonicalReading {
  const text = decodeUtf8(bytes);
  if (text === null) return { problem: 'it is not UTF-8' };
  try {
    const value: unknown = JSON.parse(text);
    if (!isSerializedAsParsed(value, text) && canonicalText(value, 0) !== text) {
      return { problem: 'it is JSON, but not in canonical form (RFC 8785)' };
    }
    return { value };
  } catch (error) {
    return { problem: error instanceof NotCanonical ? error.message : 'it is not JSON' };
  }
}

class NotCanonical extends Error {}

/**
 * A shortcut for most leaves: JSON.stringify writes strings and numbers as RFC 8785 requires and keeps the order of members.
 * It would write an unpaired surrogate as an escape, which RFC 8785 forbids.
 */
function isSerializedAsParsed(value: unknown, text: string): boolean {
  return hasSortedNames(value, 0) && !text.includes('\\ud') && JSON.stringify(value) === text;
}

function hasSortedNames(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  let before = '';
  for (const name of Array.isArray(value) ? [] : Object.keys(value)) {
    if (name < before) return false;
    before = name;
  }
  for (const member of Object.values(value)) if (!hasSortedNames(member, depth + 1)) return false;
  return true;
}

function canonicalText(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new NotCanonical(`it is nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${canonicalText(name, depth)}:${canonicalText(member, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'string' && !value.isWellFormed())
    throw new NotCanonical('it contains an unpaired surrogate');
  return JSON.stringify(value);
}
