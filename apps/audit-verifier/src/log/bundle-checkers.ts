import { type LogSource } from '../sources/log-source.js';
import { BundleCheck, type BundleJob, type CheckedBundle } from './bundle-check.js';

/** Checks groups of bundles; several groups may be under way at once. */
export interface BundleCheckers {
  /** How many groups are worth having under way. */
  readonly breadth: number;
  check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]>;
  close(): Promise<void>;
}

/** In this thread; the source is read ahead by as many groups as are under way. */
export class LocalCheckers implements BundleCheckers {
  readonly breadth = 4;
  private readonly checks: BundleCheck;

  constructor(source: LogSource, hashesOnly: boolean) {
    this.checks = new BundleCheck(source, hashesOnly);
  }

  async check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]> {
    const checked: CheckedBundle[] = [];
    for (const job of jobs) checked.push(await this.checks.check(job));
    return checked;
  }

  async close(): Promise<void> {}
}
