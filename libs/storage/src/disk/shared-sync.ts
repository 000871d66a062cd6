/**
 * Makes something durable for everybody who asks: whoever comes while a sync is on its way waits for the next one, which
 * begins when that has ended and covers all who came until then.
 */
export class SharedSync {
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(private readonly sync: () => Promise<void>) {}

  /** Resolves when a sync that began after this call has ended; rejects when that one failed. */
  async run(): Promise<void> {
    if (this.running === null) return this.begin();
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        return this.begin();
      });
    return this.next;
  }

  private begin(): Promise<void> {
    this.running = this.sync().finally(() => (this.running = null));
    return this.running;
  }
}
