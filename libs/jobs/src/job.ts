/** Periodic background work. */
export interface Job {
  /** The name of the job in logs and of its leader lock. All running releases must use the same name. */
  readonly name: string;
  readonly everyMs: number;
  /**
   * Runs one bounded batch and returns the number of changes; called again at once until it returns 0. Must be idempotent:
   * two replicas can run it at the same time, because a leader detects a lost connection late, and it can be interrupted at
   * any point. `stopping` is aborted at shutdown.
   */
  run(stopping: AbortSignal): Promise<number>;
  /** Called instead of `run` while another replica is the leader. */
  standBy?(): void;
  /** Logs its changes at the level `debug`. */
  readonly isRoutine?: boolean;
}

/** The injection token of all jobs of this release. */
export const JOBS = Symbol('jobs');
