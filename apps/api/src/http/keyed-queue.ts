interface Waiter {
  readonly admit: () => void;
  readonly goOnWaiting: () => void;
}

interface Line {
  inside: number;
  readonly waiting: Set<Waiter>;
}

export interface Patience {
  /** How long a caller waits while none ahead of it finishes. */
  readonly ms: number;
  readonly late: () => Error;
  /** Whether a failure means that the work was itself held up, so that the line did not advance. */
  readonly heldUp: (error: unknown) => boolean;
}

/**
 * Runs at most `width` tasks with the same key at once; the others wait in the order of their arrival, for as long as the line
 * advances. A key takes memory only while it is used.
 */
export class KeyedQueue {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly width: number,
    private readonly patience: Patience,
  ) {}

  /** Rejects with `late()` when the line does not advance for too long; the work has not begun then. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { inside: 0, waiting: new Set() };
    this.lines.set(key, line);
    if (line.inside < this.width) line.inside += 1;
    else await this.turn(line);
    let moved = true;
    try {
      return await work();
    } catch (error) {
      moved = !this.patience.heldUp(error);
      throw error;
    } finally {
      if (moved) for (const waiter of line.waiting) waiter.goOnWaiting();
      this.leave(key, line);
    }
  }

  /** How many keys are in use. */
  get size(): number {
    return this.lines.size;
  }

  private turn(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
        goOnWaiting: () => timer.refresh(),
      };
      const timer = setTimeout(() => {
        line.waiting.delete(waiter);
        reject(this.patience.late());
      }, this.patience.ms);
      line.waiting.add(waiter);
    });
  }

  private leave(key: string, line: Line): void {
    const [next] = line.waiting;
    if (next) {
      // The place is handed over, so that a new caller cannot overtake.
      line.waiting.delete(next);
      next.admit();
      return;
    }
    line.inside -= 1;
    if (line.inside === 0) this.lines.delete(key);
  }
}
