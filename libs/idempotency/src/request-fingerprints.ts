import { createHmac, createPrivateKey, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';

const KEY_BYTES = 32;

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

/**
 * HMAC-SHA-256 over operation, path, query and body; the order of members and white space make no difference. Keyed, because
 * a body can hold a password: a plain hash in the database could be guessed at many times the speed of the password's own.
 * The key comes from the signing key, so every process has it and the database does not; after a change of that key a
 * repetition of an earlier request counts as another one.
 */
@Injectable()
export class RequestFingerprints {
  private readonly key: Buffer;

  constructor({ tokens }: Configuration) {
    const secret = createPrivateKey(tokens.privateKeyPem).export({ type: 'pkcs8', format: 'der' });
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'veritrail request fingerprint', KEY_BYTES));
  }

  of({ operation, params, query, body, bodyDigest }: RequestContent): Buffer {
    const content = bodyDigest === null ? canonical(body) : `streamed ${bodyDigest}`;
    return createHmac('sha256', this.key)
      .update(JSON.stringify([operation, canonical(params), canonical(query), content]))
      .digest();
  }
}

/** One text per JSON value: members in order of their names, as in RFC 8785. The parser bounds the depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
