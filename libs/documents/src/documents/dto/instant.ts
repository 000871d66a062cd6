const MILLISECONDS = 'YYYY-MM-DDTHH:MM:SS.mmm'.length;

/** RFC 3339 in UTC to the millisecond, from a moment or from PostgreSQL's longer text. */
export function instant(time: Date | string): string {
  return typeof time === 'string' ? `${time.slice(0, MILLISECONDS)}Z` : time.toISOString();
}

export function instantOrNull(time: Date | string | null): string | null {
  return time === null ? null : instant(time);
}
