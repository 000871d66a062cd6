import { createHash, createPublicKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { StartRefusedError } from '#libs/kernel';
import { NoteSigner } from '#libs/tlog';

/**
 * The keys that sign the log, and the log's name. Made where the log is sealed only: the start is refused without a key.
 */
@Injectable()
export class LogSigners {
  private readonly pems: readonly [string, ...string[]];

  constructor(private readonly configuration: Configuration) {
    const { signingKeyPem, additionalSigningKeysPem } = configuration.sealing;
    if (signingKeyPem === null) {
      throw new StartRefusedError(
        'LOG_SIGNING_KEY is required where background jobs run: an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)',
      );
    }
    this.pems = [signingKeyPem, ...additionalSigningKeysPem];
  }

  /**
   * The name of the log: the configured one, else the one it has had so far, else one of its own. A name is for ever, so
   * that a public address which is set or changed later does not make another log of it.
   */
  originOf(publishedOrigin: string | null): string {
    const { sealing, http } = this.configuration;
    if (sealing.origin !== null) return sealing.origin;
    if (publishedOrigin !== null) return publishedOrigin;
    if (http.publicUrl !== null) return `${http.publicUrl.replace(/^https?:\/\//, '')}/tlog`;
    const spki = createPublicKey(this.pems[0]).export({ format: 'der', type: 'spki' });
    return `veritrail.invalid/${createHash('sha256').update(spki).digest('hex').slice(0, 16)}`;
  }

  /** The key that signs first, then those that sign too. */
  forOrigin(origin: string): readonly NoteSigner[] {
    return this.pems.map((pem) => NoteSigner.fromPem(origin, pem));
  }
}
