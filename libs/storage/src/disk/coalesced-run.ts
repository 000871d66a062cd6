/**
 * Coalesces concurrent calls of an operation such as a sync. A call that arrives during a run waits for the next run,
 * which starts when this one ends and serves all waiting calls.
 */
export class CoalescedRun {
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(private readonly work: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended; rejects if that run fails. */
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
