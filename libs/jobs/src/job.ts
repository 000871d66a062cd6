import { type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** When a job runs. */
export interface JobSchedule {
  /** Names the lock that makes one replica its leader, and the job in the log. Never change it while others run. */
  readonly name: string;
  readonly everyMs: number;
  /** What it does is no news: it goes to the log at the level `debug`. */
  readonly isRoutine?: boolean;
}

/** What a job does. */
export interface JobWork {
  /**
   * Does one bounded batch and returns how many things it changed; called again at once until that is none. Two
   * replicas may run it at the same time (a leader that lost its connection learns of it late), so it must be
   * idempotent, and it may be cut off at any point. `stopping` fires when the process wants to end.
   */
  run(stopping: AbortSignal): Promise<number>;
  /** Called instead of `run` while another replica leads. */
  standBy?(): void;
}

export type Job = JobSchedule & JobWork;

export const JOB_SCHEDULE = DiscoveryService.createDecorator<JobSchedule>();

/**
 * Makes a provider a background job: work that has to happen by itself, again and again. `JobsModule` finds it in whichever
 * module provides it; a process without `JobsModule` does not run it.
 */
export const BackgroundJob =
  (schedule: JobSchedule) =>
  (target: Type<JobWork>): void =>
    void JOB_SCHEDULE(schedule)(target);
