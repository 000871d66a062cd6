import { CLEAN_TEXT, isAtMost, isCleanText } from '#libs/http';

export const METADATA_MAX_KEYS = 50;
export const METADATA_MAX_VALUE = 1000;
export const METADATA_KEY = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Names with a meaning for JavaScript objects. */
const RESERVED = new Set(['constructor', 'prototype']);

/** Why a value is not valid metadata, as a message for the client that does not repeat the value; null if it is valid. */
export function metadataProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be a JSON object';
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length > METADATA_MAX_KEYS) return `must have at most ${METADATA_MAX_KEYS} keys`;
  if (entries.some(([key]) => !METADATA_KEY.test(key) || RESERVED.has(key))) {
    return 'must have keys that start with a letter and have at most 64 letters, digits, _, . or -';
  }
  const texts = entries.map(([, text]) => text);
  if (!texts.every((text) => typeof text === 'string')) return 'must have a string as every value';
  if (!texts.every((text) => isAtMost(text, METADATA_MAX_VALUE))) {
    return `must have values of at most ${METADATA_MAX_VALUE} characters`;
  }
  return texts.every((text) => isCleanText(text, true)) ? null : `must have values of ${CLEAN_TEXT}`;
}
