const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// At a terminal one Ctrl-C arrives several times: from the terminal itself and from every program above that passes it on.
const SAME_REQUEST_MS = 1000;
const PARENT_CHECK_MS = 500;

/**
 * Turns signals, and the end of the process above when asked to follow it, into one wish to stop. A second signal that
 * comes clearly later means "now".
 */
export class StopRequest {
  private readonly wished = new AbortController();
  private readonly insisted = new AbortController();
  private firstAt = 0;

  constructor(followParent: boolean) {
    for (const signal of SIGNALS) process.on(signal, () => this.wish());
    if (followParent) this.watchParent();
  }

  /** Aborted once somebody wants everything to end in order. */
  get stop(): AbortSignal {
    return this.wished.signal;
  }

  /** Aborted once somebody wants it to end at once. */
  get force(): AbortSignal {
    return this.insisted.signal;
  }

  private wish(): void {
    if (!this.wished.signal.aborted) {
      this.firstAt = performance.now();
      this.wished.abort();
    } else if (performance.now() - this.firstAt > SAME_REQUEST_MS) {
      this.insisted.abort();
    }
  }

  private watchParent(): void {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      this.wish();
    }, PARENT_CHECK_MS);
    watch.unref();
  }
}
