import { type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** When a job runs. */
export interface JobSchedule {
  /** The name of the job in logs and of its leader lock. All running releases must use the same name. */
  readonly name: string;
  readonly everyMs: number;
  /** Logs its changes at the level `debug`. */
  readonly isRoutine?: boolean;
}

/** What a job does. */
export interface JobWork {
  /**
   * Runs one bounded batch and returns the number of changes; called again at once until it returns 0. Must be idempotent:
   * two replicas can run it at the same time, because a leader detects a lost connection late, and it can be interrupted at
   * any point. `stopping` is aborted at shutdown.
   */
  run(stopping: AbortSignal): Promise<number>;
  /** Called instead of `run` while another replica is the leader. */
  stepDown?(): void;
}

export type Job = JobSchedule & JobWork;

export const JOB_SCHEDULE = DiscoveryService.createDecorator<JobSchedule>();

/**
 * Makes a provider a background job. `JobsModule` finds it in the module that provides it; a process without `JobsModule`
 * does not run it.
 */
export const BackgroundJob =
  (schedule: JobSchedule) =>
  (target: Type<JobWork>): void =>
    void JOB_SCHEDULE(schedule)(target);
