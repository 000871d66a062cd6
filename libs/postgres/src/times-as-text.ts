import { type CustomTypesConfig, types } from 'pg';

const { TIMESTAMPTZ } = types.builtins;
const SECONDS = 'YYYY-MM-DD HH:MM:SS'.length;
const DIGITS = 6;
const OTHER_ZONE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?([+-]\d\d)(?::(\d\d))?$/;

/**
 * Converts PostgreSQL's `2026-11-20 09:30:00.1234+00` to RFC 3339 in UTC with all six digits. A `Date` would lose
 * three digits and take a tenth of the time of a list. Throws `RangeError` for times outside the years 1 to 9999.
 */
export function instantText(text: string): string {
  if (!text.endsWith('+00')) return fromOtherZone(text);
  const fraction = text.slice(SECONDS + 1, -'+00'.length).padEnd(DIGITS, '0');
  return `${text.slice(0, 10)}T${text.slice(11, SECONDS)}.${fraction}Z`;
}

/** For servers outside UTC, behind poolers that do not allow setting the time zone. */
function fromOtherZone(text: string): string {
  const [, date, time, fraction = '', hours, minutes = '00'] = OTHER_ZONE.exec(text) ?? [];
  if (date === undefined) throw new RangeError(`This timestamp cannot be represented: ${text}`);
  const seconds = new Date(`${date}T${time}${hours}:${minutes}`).toISOString().slice(0, SECONDS);
  return `${seconds}.${fraction.padEnd(DIGITS, '0')}Z`;
}

/** The driver's default type parsers, but timestamps as text. */
export const TIMES_AS_TEXT: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === TIMESTAMPTZ && format !== 'binary'
      ? instantText
      : (types.getTypeParser(oid, format) as (text: string) => unknown),
};
