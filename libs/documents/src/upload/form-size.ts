import { type Readable } from 'node:stream';
import { PayloadTooLargeError } from '#libs/kernel';

/**
 * Counts a whole form while it arrives. Limits of its parts do not see what stands before, between and behind them, where
 * somebody could send for ever.
 */
export class FormSize {
  private bytes = 0;
  private refuse: (error: PayloadTooLargeError) => void = () => undefined;
  private readonly tooLarge: Promise<never>;

  /** Call it in the same turn in which somebody begins to read `body`: it starts to flow. */
  constructor(
    private readonly body: Readable,
    private readonly maxBytes: number,
  ) {
    this.tooLarge = new Promise((_, reject) => (this.refuse = reject));
    // Whoever no longer waits for it has failed already.
    this.tooLarge.catch(() => undefined);
    body.on('data', this.count);
  }

  /** Resolves as `work` does, unless the form becomes too large before: then rejects with 413. */
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
