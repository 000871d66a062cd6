import { Clock } from '#libs/kernel';

/** A clock that a test controls. It runs normally until it is moved or stopped. */
export class ManualClock extends Clock {
  private offsetMs = 0;
  private stoppedAt: number | null = null;

  override now(): Date {
    return new Date((this.stoppedAt ?? Date.now()) + this.offsetMs);
  }

  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }

  /** Stops the clock now or at the given time; `advance` still moves it. */
  stop(at: Date = this.now()): void {
    this.stoppedAt = at.getTime();
    this.offsetMs = 0;
  }
}
