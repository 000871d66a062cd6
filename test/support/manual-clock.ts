import { Clock } from '#libs/kernel';

/** A clock that a test moves. It runs like any other until it is told otherwise. */
export class ManualClock extends Clock {
  private offsetMs = 0;
  private stoppedAt: number | null = null;

  override now(): Date {
    return new Date((this.stoppedAt ?? Date.now()) + this.offsetMs);
  }

  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }

  /** Time stands still from now on, or at the moment that is given; `advance` still moves it. */
  stop(at: Date = this.now()): void {
    this.stoppedAt = at.getTime();
    this.offsetMs = 0;
  }
}
