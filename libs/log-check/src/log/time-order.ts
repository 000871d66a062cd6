import { type Findings } from '../findings/findings.js';

/** How much older than an earlier leaf a leaf may be, by default. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Finds backdated leaves. The log has the order of commits, and an entry gets its time in the transaction that commits it. So
 * a leaf is older than the newest leaf before it only by the length of a transaction, the wait of a refusal for the database
 * or the difference between two clocks. A leaf that is older by more than `toleranceMs` got its time from a wrong clock, or
 * was given a false time.
 *
 * Limits: times within the tolerance are not checked, and if times jump ahead and back, either side may be wrong.
 * `knownChanges` names leaves that follow a corrected clock.
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

  /** Takes leaves in the order of the log. The time of an unreadable leaf is NaN and is skipped. */
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
      `backdated: its time is ${new Date(time).toISOString()}, ${behind} s before leaf ${this.newestIndex}, which was logged earlier`,
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
