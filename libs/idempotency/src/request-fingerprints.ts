import { createHmac, createPrivateKey, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';

const KEY_BYTES = 32;

/** What identifies a request, besides its client. */
export interface RequestContent {
  readonly operation: string;
  readonly params: unknown;
  readonly query: unknown;
  /** The parsed JSON as the client sent it. */
  readonly body: unknown;
  /** The digest of a streamed body, instead of `body`. */
  readonly bodyDigest: string | null;
}

/**
 * HMAC-SHA-256 over operation, path, query and body; the order of members and white space do not matter. Keyed,
 * because a body can hold a password and a plain hash is much faster to guess than the password's own. The key is
 * derived from the JWT signing key, so all processes share it and the database does not hold it. After that key
 * changes, a repetition counts as a different request.
 */
@Injectable()
export class RequestFingerprints {
  private readonly key: Buffer;

  constructor({ privateKeyPem }: Configuration) {
    const secret = createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' });
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'veritrail request fingerprint', KEY_BYTES));
  }

  of({ operation, params, query, body, bodyDigest }: RequestContent): Buffer {
    const content = bodyDigest === null ? canonical(body) : `streamed ${bodyDigest}`;
    return createHmac('sha256', this.key)
      .update(JSON.stringify([operation, canonical(params), canonical(query), content]))
      .digest();
  }
}

/** One text per JSON value: members sorted by name, as in RFC 8785. The parser limits the depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
