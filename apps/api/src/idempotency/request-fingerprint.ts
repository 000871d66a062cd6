import { createHash } from 'node:crypto';

/** What makes a request the same request, besides who sends it. */
export interface RequestContent {
  readonly operation: string;
  readonly params: unknown;
  readonly query: unknown;
  /** The parsed JSON, as the client said it. */
  readonly body: unknown;
  /** What a streamed body said, instead of `body`. */
  readonly bodyDigest: string | null;
}

/** SHA-256 over operation, path, query and body. The order of members and white space make no difference. */
export function requestFingerprint({ operation, params, query, body, bodyDigest }: RequestContent): Buffer {
  const content = bodyDigest === null ? canonical(body) : `streamed ${bodyDigest}`;
  return createHash('sha256')
    .update(JSON.stringify([operation, canonical(params), canonical(query), content]))
    .digest();
}

/** One text per JSON value: members in order of their names, as in RFC 8785. The parser bounds the depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
