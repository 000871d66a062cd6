import { decodeUtf8 } from './base64.js';

/** Deeper values exist in no leaf of this log; without a limit, a leaf of brackets would end the verifier. */
const DEEPEST = 64;

/** What JSON text holds, or why it is not canonical. */
export type CanonicalReading = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads bytes that must be their own canonical form (RFC 8785): UTF-8, members in the order of their UTF-16 code units and
 * each once, no spaces, one spelling for every text and number. Slow and exact; `LeafGlance` is the fast way to a yes.
 */
export function readCanonicalJson(bytes: Uint8Array): CanonicalReading {
  const text = decodeUtf8(bytes);
  if (text === null) return { problem: 'it is not UTF-8' };
  try {
    const value: unknown = JSON.parse(text);
    if (!isWrittenAsParsed(value, text) && canonicalText(value, 0) !== text) {
      return {
        problem: 'it is JSON, but not in canonical form: its bytes are not the ones that its content has',
      };
    }
    return { value };
  } catch (error) {
    return { problem: error instanceof NotCanonical ? error.message : 'it is not JSON' };
  }
}

class NotCanonical extends Error {}

/** A short way to a yes: names in order, and written by ECMAScript just so. It would write half a character as an escape. */
function isWrittenAsParsed(value: unknown, text: string): boolean {
  return hasNamesInOrder(value, 0) && !text.includes('\\ud') && JSON.stringify(value) === text;
}

function hasNamesInOrder(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > DEEPEST) return false;
  let before = '';
  for (const name of Array.isArray(value) ? [] : Object.keys(value)) {
    if (name < before) return false;
    before = name;
  }
  for (const member of Object.values(value)) if (!hasNamesInOrder(member, depth + 1)) return false;
  return true;
}

function canonicalText(value: unknown, depth: number): string {
  if (depth > DEEPEST) throw new NotCanonical(`it is nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${canonicalText(name, depth)}:${canonicalText(member, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'string' && !value.isWellFormed()) throw new NotCanonical('it holds half a character');
  // ECMAScript's spelling of texts and numbers is the one that RFC 8785 prescribes.
  return JSON.stringify(value);
}
