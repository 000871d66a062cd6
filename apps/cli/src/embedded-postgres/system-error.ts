/**
 * The `code` of an error that Node itself threw. Not asked with `instanceof`: under jest such errors come from another
 * realm than the code that catches them.
 */
export function systemErrorCode(error: unknown): string | undefined {
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : undefined;
}

/** What went wrong, for a sentence that a person reads. */
export function messageOf(error: unknown): string {
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
