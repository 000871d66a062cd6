import { type CustomTypesConfig, types } from 'pg';

const { TIMESTAMPTZ } = types.builtins;
const SECONDS = 'YYYY-MM-DD HH:MM:SS'.length;
const DIGITS = 6;
const OTHER_ZONE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?([+-]\d\d)(?::(\d\d))?$/;

/**
 * RFC 3339 in UTC, of PostgreSQL's `2026-11-20 09:30:00.1234+00`, with all six digits that it keeps: a `Date` would lose
 * three of them, and a tenth of a list is spent making and printing them. Throws for a time before or after our calendar.
 */
export function instantText(text: string): string {
  if (!text.endsWith('+00')) return fromOtherZone(text);
  const fraction = text.slice(SECONDS + 1, -'+00'.length).padEnd(DIGITS, '0');
  return `${text.slice(0, 10)}T${text.slice(11, SECONDS)}.${fraction}Z`;
}

/** For servers whose time zone is not UTC, through poolers that do not let us choose it. */
function fromOtherZone(text: string): string {
  const [, date, time, fraction = '', hours, minutes = '00'] = OTHER_ZONE.exec(text) ?? [];
  if (date === undefined) throw new RangeError(`This timestamp cannot be represented: ${text}`);
  const seconds = new Date(`${date}T${time}${hours}:${minutes}`).toISOString().slice(0, SECONDS);
  return `${seconds}.${fraction.padEnd(DIGITS, '0')}Z`;
}

/** The driver's own types, but moments as text. */
export const TIMES_AS_TEXT: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === TIMESTAMPTZ && format !== 'binary'
      ? instantText
      : (types.getTypeParser(oid, format) as (text: string) => unknown),
};
