/** Whoever wants to wait for longer asks again: a request is no place to live in. */
export const MAX_WAIT_SECONDS = 10;

/**
 * The seconds of `Prefer: wait=N` (RFC 7240, section 4.3), ten at most; null when the header does not ask for it. Of a
 * preference that is given twice the first counts, and what is malformed is no preference (section 2).
 */
export function preferredWait(header: string | undefined): number | null {
  const first = (header ?? '')
    .split(',')
    .map((preference) => /^\s*wait\s*(?:=\s*(?:"([^"]*)"|([^\s;"]*)))?\s*(?:;.*)?$/i.exec(preference))
    .find((match) => match !== null);
  const text = first?.[1] ?? first?.[2] ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), MAX_WAIT_SECONDS) : null;
}
