import { createHmac, createPrivateKey, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthConfiguration } from '../auth.configuration.js';

const KEY_BYTES = 32;

/**
 * The successor of each refresh token: an HMAC-SHA-256 of the token, under a key that HKDF (RFC 5869) derives from the token
 * key. A repeated refresh thereby gets the same successor without the server storing it. A new token key gives new successors.
 */
@Injectable()
export class RefreshSuccessors {
  private readonly key: Buffer;

  constructor({ tokens }: AuthConfiguration) {
    const secret = createPrivateKey(tokens.privateKeyPem).export({ format: 'der', type: 'pkcs8' });
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'veritrail refresh token successor', KEY_BYTES));
  }

  of(refreshToken: string): string {
    return `vtr_${createHmac('sha256', this.key).update(refreshToken).digest('base64url')}`;
  }
}
