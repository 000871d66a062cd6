/**
 * Does something, such as a sync or a look, for everybody who asks: whoever comes while it is on its way waits for the next
 * time, which begins when that has ended and is for all who came until then.
 */
export class CoalescedRun {
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(private readonly work: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended; rejects when that one failed. */
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
    this.running = this.work().finally(() => (this.running = null));
    return this.running;
  }
}
