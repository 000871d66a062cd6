const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// One Ctrl-C arrives several times: from the terminal and from each parent program that forwards it.
const SAME_REQUEST_MS = 1000;
const PARENT_CHECK_MS = 500;

/**
 * Turns signals, and with `followParent` the exit of the parent process, into one request to stop. A second signal that
 * arrives more than a second later requests an immediate stop.
 */
export class StopRequest {
  private readonly wished = new AbortController();
  private readonly insisted = new AbortController();
  private firstSignalAt = 0;

  constructor(followParent: boolean) {
    for (const signal of SIGNALS) process.on(signal, () => this.requestStop());
    if (followParent) this.watchParent();
  }

  /** Aborted when a graceful stop is requested. */
  get stop(): AbortSignal {
    return this.wished.signal;
  }

  /** Aborted when an immediate stop is requested. */
  get force(): AbortSignal {
    return this.insisted.signal;
  }

  private requestStop(): void {
    if (!this.wished.signal.aborted) {
      this.firstSignalAt = performance.now();
      this.wished.abort();
    } else if (performance.now() - this.firstSignalAt > SAME_REQUEST_MS) {
      this.insisted.abort();
    }
  }

  private watchParent(): void {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      this.requestStop();
    }, PARENT_CHECK_MS);
    watch.unref();
  }
}
