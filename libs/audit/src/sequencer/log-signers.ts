import { createHash, createPublicKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { StartRefusedError } from '#libs/kernel';
import { NoteSigner, type NoteVerifier } from '#libs/tlog';
import { SealingConfiguration } from './sealing.configuration.js';

/**
 * The signing keys and the origin of the log. Only processes that seal the log create it; it refuses the start without a key.
 */
@Injectable()
export class LogSigners {
  private readonly pems: readonly [string, ...string[]];

  constructor(private readonly configuration: SealingConfiguration) {
    const { signingKeyPem, additionalSigningKeysPem } = configuration;
    if (signingKeyPem === null) {
      throw new StartRefusedError(
        'LOG_SIGNING_KEY is required where background jobs run: an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)',
      );
    }
    this.pems = [signingKeyPem, ...additionalSigningKeysPem];
  }

  /**
   * The origin of the log: the configured one, else the published one, else a new one from the public URL or the key. A
   * published origin is permanent: setting or changing the public URL later must not start a different log.
   */
  originOf(publishedOrigin: string | null): string {
    const { origin, publicUrl } = this.configuration;
    if (origin !== null) return origin;
    if (publishedOrigin !== null) return publishedOrigin;
    if (publicUrl !== null) return `${publicUrl.replace(/^https?:\/\//, '')}/tlog`;
    const spki = createPublicKey(this.pems[0]).export({ format: 'der', type: 'spki' });
    return `veritrail.invalid/${createHash('sha256').update(spki).digest('hex').slice(0, 16)}`;
  }

  /** The keys that verify signatures of this process in a checkpoint of this origin. */
  readonly ownKeys = (origin: string): readonly NoteVerifier[] =>
    this.pems.map((pem) => NoteSigner.fromPem(origin, pem).verifier);

  /** The signers in order: the main key, then the additional keys. */
  forOrigin(origin: string): readonly NoteSigner[] {
    return this.pems.map((pem) => NoteSigner.fromPem(origin, pem));
  }
}
