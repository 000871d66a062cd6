/** Work that has to happen by itself, again and again. */
export interface Job {
  /** Names the lock that makes one replica its leader, and the job in the log. Never change it while others run. */
  readonly name: string;
  readonly everyMs: number;
  /**
   * Does one bounded batch and returns how many things it changed; called again at once until that is none. Two
   * replicas may run it at the same time (a leader that lost its connection learns of it late), so it must be
   * idempotent, and it may be cut off at any point. `stopping` fires when the process wants to end.
   */
  run(stopping: AbortSignal): Promise<number>;
  /** Called instead of `run` while another replica leads. */
  standBy?(): void;
  /** What it does is no news: it goes to the log at the level `debug`. */
  readonly isRoutine?: boolean;
}

/** The injection token of all jobs of this release. */
export const JOBS = Symbol('jobs');
