interface Waiter {
  readonly admit: () => void;
  readonly goOnWaiting: () => void;
}

interface Line {
  inside: number;
  readonly waiting: Set<Waiter>;
}

export interface Patience {
  /** How long somebody waits while nobody ahead gets through. */
  readonly ms: number;
  readonly late: () => Error;
  /** Whether work that failed so was itself held up: those behind it have come no closer. */
  readonly heldUp: (error: unknown) => boolean;
}

/**
 * Lets at most `width` pieces of work with the same key run at once; the others wait in the order in which they came, for
 * as long as the line moves. Keys do not know each other, and one that nobody uses takes no memory.
 */
export class KeyedQueue {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly width: number,
    private readonly patience: Patience,
  ) {}

  /** Rejects with `late()` when the line stands still for too long; the work has not begun then. */
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
      // The place is handed over, so that nobody who comes just now overtakes.
      line.waiting.delete(next);
      next.admit();
      return;
    }
    line.inside -= 1;
    if (line.inside === 0) this.lines.delete(key);
  }
}
