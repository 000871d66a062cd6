interface Waiter {
  readonly admit: () => void;
  readonly extendWait: () => void;
}

interface Queue {
  running: number;
  readonly waiting: Set<Waiter>;
}

export interface WaitLimit {
  /** The maximum time that a task waits without any task of its key finishing. */
  readonly ms: number;
  readonly createError: () => Error;
  /** Whether a task failed because it had to wait for a lock: such a failure does not extend the wait of others. */
  readonly isContention: (error: unknown) => boolean;
}

/**
 * Runs at most `width` tasks with the same key at once; the others wait in order of arrival. A key uses memory only while it
 * has tasks.
 */
export class KeyedQueue {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly width: number,
    private readonly waitLimit: WaitLimit,
  ) {}

  /** Rejects with `createError()`, without running `work`, when no task of the key finishes within the wait limit. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? { running: 0, waiting: new Set() };
    this.queues.set(key, queue);
    if (queue.running < this.width) queue.running += 1;
    else await this.waitForTurn(queue);
    let progressed = true;
    try {
      return await work();
    } catch (error) {
      progressed = !this.waitLimit.isContention(error);
      throw error;
    } finally {
      if (progressed) for (const waiter of queue.waiting) waiter.extendWait();
      this.release(key, queue);
    }
  }

  /** The number of keys in use. */
  get size(): number {
    return this.queues.size;
  }

  private waitForTurn(queue: Queue): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
        extendWait: () => timer.refresh(),
      };
      const timer = setTimeout(() => {
        queue.waiting.delete(waiter);
        reject(this.waitLimit.createError());
      }, this.waitLimit.ms);
      queue.waiting.add(waiter);
    });
  }

  private release(key: string, queue: Queue): void {
    const [next] = queue.waiting;
    if (next) {
      // `running` stays unchanged: the slot passes to the next waiter, and a new caller cannot overtake it.
      queue.waiting.delete(next);
      next.admit();
      return;
    }
    queue.running -= 1;
    if (queue.running === 0) this.queues.delete(key);
  }
}
