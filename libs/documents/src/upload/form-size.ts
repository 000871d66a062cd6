import { type Readable } from 'node:stream';
import { PayloadTooLargeError } from '#libs/kernel';

/**
 * Limits the size of the whole form while it arrives. The limits of parts do not count the bytes before, between and after
 * the parts, which an attacker could send without end.
 */
export class FormSize {
  private bytes = 0;
  private refuse: (error: PayloadTooLargeError) => void = () => undefined;
  private readonly tooLarge: Promise<never>;

  /** Starts the flow of `body`: call it in the same tick in which the reader is attached. */
  constructor(
    private readonly body: Readable,
    private readonly maxBytes: number,
  ) {
    this.tooLarge = new Promise((_, reject) => (this.refuse = reject));
    // Without a waiter the request has failed already: do not report an unhandled rejection.
    this.tooLarge.catch(() => undefined);
    body.on('data', this.count);
  }

  /** Resolves like `work`; rejects with 413 if the form becomes too large first. */
  async within<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.tooLarge]);
  }

  stop(): void {
    this.body.off('data', this.count);
  }

  private readonly count = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) {
      this.refuse(new PayloadTooLargeError(`The form is larger than the limit of ${this.maxBytes} bytes`));
    }
  };
}
