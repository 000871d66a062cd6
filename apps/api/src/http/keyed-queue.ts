interface Waiter {
  readonly admit: () => void;
  readonly extendWait: () => void;
}

interface Queue {
  running: number;
  readonly waiting: Set<Waiter>;
}

export interface WaitLimit {
  /** How long a caller waits while none ahead of it finishes. */
  readonly ms: number;
  readonly createError: () => Error;
  /** Whether a failure means that the work was itself held up, so that the queue did not advance. */
  readonly isContention: (error: unknown) => boolean;
}

/**
 * Runs at most `width` tasks with the same key at once; the others wait in the order of their arrival, for as long as the queue
 * advances. A key takes memory only while it is used.
 */
export class KeyedQueue {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly width: number,
    private readonly waitLimit: WaitLimit,
  ) {}

  /** Rejects with `createError()` when the queue does not advance for too long; the work has not begun then. */
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

  /** How many keys are in use. */
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
      // The place is handed over, so that a new caller cannot overtake.
      queue.waiting.delete(next);
      next.admit();
      return;
    }
    queue.running -= 1;
    if (queue.running === 0) this.queues.delete(key);
  }
}
