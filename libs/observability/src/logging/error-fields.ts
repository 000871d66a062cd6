const MAX_CAUSES = 5;
const MAX_TEXT = 8000;

/** The fields of an error in the log. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/**
 * The members of an error that may be logged. Other members are dropped: a driver's error also holds the parameters
 * and the refused row, with password hashes and e-mail addresses.
 */
export function errorFields(thrown: unknown, depth = 0): ErrorFields {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: clip(String(thrown)) };
  const { code, constraint, table } = thrown as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: thrown.name,
    message: clip(thrown.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(typeof table === 'string' ? { table } : {}),
    ...(thrown.stack === undefined ? {} : { stack: clip(thrown.stack) }),
    ...(thrown.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: errorFields(thrown.cause, depth + 1) }),
  };
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
