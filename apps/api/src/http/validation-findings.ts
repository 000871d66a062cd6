import { type ValidationError as Finding } from 'class-validator';
import { type FieldError } from '#libs/kernel';

const MAX_NAME_LENGTH = 100;
/** As many as somebody may want to read. */
export const MAX_ERRORS = 50;

/** The rules that say what kind of value a member takes. */
const TYPE_RULES = new Set(['isArray', 'isBoolean', 'isEmail', 'isInt', 'isString']);

/** Names that JavaScript gives a meaning of its own; libraries drop or follow them, and neither may happen silently. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const UNKNOWN_MEMBER = 'is not a known member';
const INVALID_TEXT = 'must be well-formed text without NUL';

/** What class-validator found, as JSON pointers (RFC 6901) into one part of the request, the first 50 of it. */
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

/** The rules that were broken, in words without the client's own words in them. */
function detailsOf({ constraints = {}, property, value }: Finding): string[] {
  if ('whitelistValidation' in constraints) return [UNKNOWN_MEMBER];
  const broken = Object.entries(constraints);
  // Whatever else is to be said about a value that is missing or of another kind follows from that.
  if (broken.length > 0 && value === undefined) return ['is required'];
  const kind = broken.find(([rule]) => TYPE_RULES.has(rule));
  return (kind ? [kind] : broken).map(([, message]) =>
    message.startsWith(`${property} `) ? message.slice(property.length + 1) : message,
  );
}

/**
 * The JSON pointer (RFC 6901) of a member. A name that is too long or is no text stays out of the answer: the pointer then
 * names what holds it.
 */
function pointerTo(parent: string, name: string): string {
  if (name.length > MAX_NAME_LENGTH || !name.isWellFormed()) return parent;
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

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
