import { type ValidationError as Finding } from 'class-validator';
import { type FieldError } from '#libs/kernel';

const MAX_NAME_LENGTH = 100;
/** The maximum number of errors in a response. */
export const MAX_ERRORS = 50;

/** The rules that check the type of a member. */
const TYPE_RULES = new Set(['isArray', 'isBoolean', 'isEmail', 'isInt', 'isString']);

/** Names with a meaning in JavaScript: libraries drop or follow them silently, so they are reported as errors. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
export const UNKNOWN_MEMBER = 'is not a known member';
const INVALID_TEXT = 'must be well-formed text without NUL';

/** The errors of class-validator with JSON pointers (RFC 6901) into one part of the request; at most `MAX_ERRORS`. */
export function describeFindings(findings: readonly Finding[], part: FieldError['in']): FieldError[] {
  const errors: FieldError[] = [];
  collect(findings, '', part, errors);
  return errors;
}

function collect(
  findings: readonly Finding[],
  parent: string,
  part: FieldError['in'],
  errors: FieldError[],
): void {
  for (const finding of findings) {
    const pointer = pointerTo(parent, finding.property);
    for (const detail of detailsOf(finding)) {
      if (errors.length >= MAX_ERRORS) return;
      errors.push({ in: part, pointer, detail });
    }
    collect(finding.children ?? [], pointer, part, errors);
  }
}

/** The messages of the broken rules. They never contain values from the request. */
function detailsOf({ constraints = {}, property, value }: Finding): string[] {
  if ('whitelistValidation' in constraints) return [UNKNOWN_MEMBER];
  const broken = Object.entries(constraints);
  // The other broken rules of a missing value, or of a value of the wrong type, are consequences.
  if (broken.length > 0 && value === undefined) return ['is required'];
  const kind = broken.find(([rule]) => TYPE_RULES.has(rule));
  return (kind ? [kind] : broken).map(([, message]) =>
    message.startsWith(`${property} `) ? message.slice(property.length + 1) : message,
  );
}

/**
 * The JSON pointer (RFC 6901) of a member. If its name is too long or not well-formed, the pointer of the parent, so that
 * the response does not contain the name.
 */
export function pointerTo(parent: string, name: string): string {
  if (name.length > MAX_NAME_LENGTH || !name.isWellFormed()) return parent;
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * Values that no DTO accepts, at any depth: text that UTF-8 or PostgreSQL cannot represent, and names that JavaScript
 * reserves. In order of appearance.
 */
export function findUnsafeValues(value: unknown, part: FieldError['in']): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, '', part, errors);
  return errors;
}

/** Recursion is bounded: the JSON parser allows 32 levels. */
function visit(value: unknown, pointer: string, part: FieldError['in'], errors: FieldError[]): void {
  if (typeof value === 'string') {
    if (!isStorableText(value)) errors.push({ in: part, pointer, detail: INVALID_TEXT });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const inner = pointerTo(pointer, name);
    if (RESERVED_NAMES.has(name)) errors.push({ in: part, pointer: inner, detail: UNKNOWN_MEMBER });
    else if (!isStorableText(name))
      errors.push({ in: part, pointer, detail: `has a name that ${INVALID_TEXT}` });
    else visit(member, inner, part, errors);
  }
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
