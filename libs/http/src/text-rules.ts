import { registerDecorator } from 'class-validator';

// C0 and C1 controls, line and paragraph separators, and bidirectional overrides, which make a name read differently
// from its characters (Unicode TR 36, section 2.4).
const FORBIDDEN_IN_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const FORBIDDEN_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;
// More than any script uses. Normalising a run of combining marks takes time with the square of its length.
const MAX_MARKS = 30;
const MARKS = /\p{M}+/gu;
/** NFC can shorten a text to a quarter of its code points; each takes up to two code units. */
const UNITS_PER_CHARACTER = 8;
// PostgreSQL accepts offsets of less than 16 hours; real offsets are at most 14 hours.
const INSTANT =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/i;

/**
 * Whether the text can be stored, displayed and logged: PostgreSQL refuses NUL, UTF-8 cannot encode a lone surrogate.
 */
export function isCleanText(text: string, multiline: boolean): boolean {
  return (
    text.isWellFormed() &&
    !(multiline ? FORBIDDEN_IN_TEXT : FORBIDDEN_IN_LINE).test(text) &&
    !hasTooManyMarks(text)
  );
}

/** Looks at each character once; `\p{M}{31}` would try each run of 30 from each of its characters. */
function hasTooManyMarks(text: string): boolean {
  for (const [run] of text.matchAll(MARKS)) {
    if (run.length > 2 * MAX_MARKS || lengthOf(run) > MAX_MARKS) return true;
  }
  return false;
}

/** What `isCleanText` demands, as a message for the client. */
export const CLEAN_TEXT = `well-formed text without control characters or bidirectional overrides, with at most ${MAX_MARKS} combining marks in a row`;

/**
 * The text in NFC and trimmed. A text that is too long for `max` characters in any case, or that `isCleanText` refuses for its
 * combining marks, stays as it is: the rules of its field refuse it.
 */
export function tidyText(text: string, max: number): string {
  const isBounded = text.length <= UNITS_PER_CHARACTER * max && !hasTooManyMarks(text);
  return isBounded && text.isWellFormed() ? text.normalize('NFC').trim() : text;
}

/** Whether the text is an RFC 3339 timestamp with a valid date that PostgreSQL can store. */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text)) return false;
  const day = Number(text.slice(8, 10));
  const month = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0));
  return Number(text.slice(0, 4)) >= 1 && day <= month.getUTCDate();
}

export function rule(
  name: string,
  message: string | (() => string),
  accepts: (value: unknown) => boolean,
): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message },
      validator: { validate: accepts },
    });
}

export function IsCleanText({ multiline }: { multiline: boolean }): PropertyDecorator {
  return rule(
    'isCleanText',
    `must be ${CLEAN_TEXT}`,
    (value) => typeof value === 'string' && isCleanText(value, multiline),
  );
}

/**
 * The length of a text in code points, as in JSON Schema and PostgreSQL. Class-validator does not count variation
 * selectors, so its rules accept text that does not fit the column.
 */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Whether the text has at most `max` code points. Counts no further. */
export function isAtMost(text: string, max: number): boolean {
  return text.length <= 2 * max && lengthOf(text) <= max;
}

export function HasAtLeast(min: number): PropertyDecorator {
  const message = min === 1 ? 'must not be empty' : `must have at least ${min} characters`;
  return rule(
    'minLength',
    message,
    (value) => typeof value === 'string' && (value.length >= 2 * min || lengthOf(value) >= min),
  );
}

export function HasAtMost(max: number): PropertyDecorator {
  const message = `must have at most ${max} characters`;
  return rule('maxLength', message, (value) => typeof value === 'string' && isAtMost(value, max));
}

export function IsInstant(): PropertyDecorator {
  return rule(
    'isInstant',
    'must be an RFC 3339 date and time with a UTC offset, such as 2026-01-31T12:00:00Z',
    (value) => typeof value === 'string' && isInstant(value),
  );
}
