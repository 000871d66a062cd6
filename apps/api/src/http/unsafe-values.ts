import { type FieldError } from '#libs/kernel';
import { pointerTo } from './pointers.js';

/** Names that JavaScript gives a meaning of its own; libraries drop or follow them, and neither may happen silently. */
const LANGUAGE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const UNKNOWN_MEMBER = 'is not a known member';
const NO_TEXT = 'must be well-formed text without NUL';

/**
 * What no rule of a DTO should have to think of, anywhere in a value: text that UTF-8 or PostgreSQL cannot carry, and
 * names that mean something to the language. In order of appearance.
 */
export function findUnsafeValues(value: unknown, part: FieldError['in']): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, '', part, errors);
  return errors;
}

/** Recursive: values come from the JSON parser, which allows 32 levels. */
function visit(value: unknown, pointer: string, part: FieldError['in'], errors: FieldError[]): void {
  if (typeof value === 'string') {
    if (!isCarried(value)) errors.push({ in: part, pointer, detail: NO_TEXT });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const inner = pointerTo(pointer, name);
    if (LANGUAGE_NAMES.has(name)) errors.push({ in: part, pointer: inner, detail: UNKNOWN_MEMBER });
    else if (!isCarried(name)) errors.push({ in: part, pointer, detail: `has a name that ${NO_TEXT}` });
    else visit(member, inner, part, errors);
  }
}

function isCarried(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
