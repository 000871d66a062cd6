/**
 * The `code` of an error that Node threw. Not checked with `instanceof`, because under jest such errors come from a
 * different realm.
 */
export function systemErrorCode(error: unknown): string | undefined {
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : undefined;
}

/** The message of an error, for use in a sentence. */
export function messageOf(error: unknown): string {
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
