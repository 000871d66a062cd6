import { setImmediate as otherWork } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { CannotCheck } from '../findings.js';
import { type BundleJob, type CheckedBundle } from './bundle-check.js';
import { type BundleCheckers } from './bundle-checkers.js';
import { type CheckingWorkerData, type WorkerAnswer, type WorkerTask } from './checking.worker.js';

/** A group of bundles that somebody waits for. */
interface Group {
  readonly jobs: readonly BundleJob[];
  readonly resolve: (checked: CheckedBundle[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Groups that a thread has: one is checked while the other is on its way. */
const MOST_AT_ONCE = 2;
/** So that nobody stands idle while the group whose turn it is takes longer than others. */
const GROUPS_PER_THREAD = 4;

/**
 * This thread and others, each with the source open for itself. Whoever is free takes the next group, the others from when
 * they say that they are there. A group that fails, or whose thread ends, is `CannotCheck`: none is silently left out.
 */
export class ThreadedCheckers implements BundleCheckers {
  readonly breadth: number;
  private readonly waiting: Group[] = [];
  private readonly workers: Worker[];
  private readonly here: Promise<BundleCheckers>;
  /** The groups that each thread has, in the order in which it will answer. */
  private readonly ready = new Map<Worker, Group[]>();
  private isBusyHere = false;

  /** `loadHere` is called when the others have been started: they come sooner when this thread loads at the same time. */
  constructor(
    program: URL,
    threads: number,
    loadHere: () => Promise<BundleCheckers>,
    data: CheckingWorkerData,
  ) {
    this.breadth = threads * GROUPS_PER_THREAD;
    this.workers = Array.from({ length: threads - 1 }, () => this.start(program, data));
    this.here = loadHere();
    // Whoever waits for a group is told.
    this.here.catch(() => undefined);
  }

  async check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ jobs, resolve, reject });
      this.handOut();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map(async (worker) => worker.terminate()));
    await this.here.then(
      async (here) => here.close(),
      () => undefined,
    );
  }

  private start(program: URL, workerData: CheckingWorkerData): Worker {
    const worker = new Worker(program, { workerData });
    worker.on('message', (answer: WorkerAnswer) => {
      this.settle(worker, answer);
      this.handOut();
    });
    worker.on('error', (error) => this.abandon(worker, String(error)));
    worker.on('exit', (code) => this.abandon(worker, `a thread ended with ${code}`));
    return worker;
  }

  private settle(worker: Worker, answer: WorkerAnswer): void {
    if ('ready' in answer) {
      this.ready.set(worker, []);
      return;
    }
    const group = this.ready.get(worker)?.shift();
    if ('failure' in answer) group?.reject(new CannotCheck(answer.failure));
    else group?.resolve([...answer.checked]);
  }

  private handOut(): void {
    for (const [worker, has] of this.ready) {
      while (has.length < MOST_AT_ONCE) {
        const group = this.waiting.shift();
        if (!group) return;
        has.push(group);
        worker.postMessage({ jobs: group.jobs } satisfies WorkerTask, []);
      }
    }
    if (!this.isBusyHere) void this.workHere();
  }

  private async workHere(): Promise<void> {
    this.isBusyHere = true;
    for (let group = this.waiting.shift(); group; group = this.waiting.shift()) {
      const { jobs, reject, resolve } = group;
      await this.here.then(async (here) => here.check(jobs)).then(resolve, reject);
      // Answers of other threads come in between.
      await otherWork();
    }
    this.isBusyHere = false;
  }

  private abandon(worker: Worker, why: string): void {
    for (const group of this.ready.get(worker) ?? []) group.reject(new CannotCheck(why));
    this.ready.delete(worker);
  }
}
