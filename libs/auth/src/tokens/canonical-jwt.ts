import { TOKEN_TYPE } from './access-tokens.js';

/** The header of an access token. A token with any other member is refused. */
export interface AccessTokenHeader {
  readonly alg: 'ES256';
  readonly kid: string;
  readonly typ: typeof TOKEN_TYPE;
}

const MAX_BYTES = 4096;
const SEGMENT = /^[A-Za-z0-9_-]+$/;
const KNOWN_FIELDS: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);

/**
 * The header of a token in the exact form in which this server issues it, or null. Runs before the verification,
 * because libraries accept encodings that are not canonical, so that one token would have many spellings, and members
 * that point at keys (RFC 8725, sections 3.1, 3.10 and 3.11).
 */
export function readCanonicalHeader(token: string): AccessTokenHeader | null {
  if (token.length > MAX_BYTES) return null;
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every(isCanonicalSegment)) return null;
  const header = parseObject(parts[0] ?? '');
  if (!header || Object.keys(header).some((name) => !KNOWN_FIELDS.has(name))) return null;
  const { alg, kid, typ } = header;
  return alg === 'ES256' && typ === TOKEN_TYPE && typeof kid === 'string' ? { alg, kid, typ } : null;
}

function isCanonicalSegment(segment: string): boolean {
  return SEGMENT.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

function parseObject(segment: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
