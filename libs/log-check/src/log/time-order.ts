import { type Findings } from '../findings.js';

/** How far a leaf may be older than the newest one before it, unless somebody says otherwise. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Finds leaves that are dated back. The log is sealed in the order of commits, and an entry is stamped in the transaction
 * that commits it, so a leaf is at most `toleranceMs` older than the newest one before it: long transactions, refusals that
 * waited for the database and clocks that differ stay below that. What is further behind was stamped by a clock that had
 * been set back, or says a time at which it was not written.
 *
 * What this cannot know: whether a leaf within the tolerance is true to the second, and which of two sides is wrong when
 * times leap ahead and come back. A leaf that a person knows to follow a corrected clock is named in `knownChanges`.
 */
export class TimeOrder {
  private newest = Number.NEGATIVE_INFINITY;
  private newestIndex = -1;
  private run: { begin: number; end: number; time: number } | null = null;

  constructor(
    private readonly findings: Findings,
    private readonly toleranceMs: number,
    private readonly knownChanges: ReadonlySet<number>,
  ) {}

  /** Leaves in their order. A time that is not a number is of a leaf that could not be read: it says nothing. */
  addAll(firstIndex: number, times: Float64Array): void {
    for (let place = 0; place < times.length; place++) {
      const time = Number(times[place]);
      if (time >= this.newest && this.run === null) {
        this.newest = time;
        this.newestIndex = firstIndex + place;
      } else this.add(firstIndex + place, time);
    }
  }

  /** Call after the last leaf. */
  finish(): void {
    if (this.run === null) return;
    const { begin, end, time } = this.run;
    this.run = null;
    const behind = Math.round((this.newest - time) / 1000);
    const which = end === begin ? `leaf ${begin}` : `leaves ${begin} to ${end}`;
    this.findings.add(
      which,
      `dated back: says ${new Date(time).toISOString()}, ${behind} s before leaf ${this.newestIndex}, which was logged earlier`,
    );
  }

  private add(index: number, time: number): void {
    if (Number.isNaN(time)) return;
    if (this.knownChanges.has(index)) {
      this.finish();
      this.newest = time;
      this.newestIndex = index;
    } else if (time < this.newest - this.toleranceMs) {
      this.run ??= { begin: index, end: index, time };
      this.run.end = index;
      return;
    }
    this.finish();
    if (time >= this.newest) {
      this.newest = time;
      this.newestIndex = index;
    }
  }
}
