import { type LogSource } from '../sources/log-source.js';
import { BundleCheck, type BundleCheckOptions, type BundleJob, type CheckedBundle } from './bundle-check.js';

/** Checks groups of bundles; several groups may be under way at once. */
export interface BundleCheckers {
  /** How many groups are worth having under way. */
  readonly breadth: number;
  check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]>;
  close(): Promise<void>;
}

/** In this thread, one bundle after the other. */
export class LocalCheckers implements BundleCheckers {
  readonly breadth = 1;
  private readonly checks: BundleCheck;

  constructor(source: LogSource, options: BundleCheckOptions) {
    this.checks = new BundleCheck(source, options);
  }

  async check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]> {
    const checked: CheckedBundle[] = [];
    for (const job of jobs) checked.push(await this.checks.check(job));
    return checked;
  }

  async close(): Promise<void> {}
}
