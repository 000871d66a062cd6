import { Worker } from 'node:worker_threads';
import { CannotCheck } from '../findings.js';
import { type BundleJob, type CheckedBundle } from './bundle-check.js';
import { type BundleCheckers } from './bundle-checkers.js';
import { type CheckingWorkerData, type WorkerAnswer, type WorkerTask } from './checking.worker.js';

interface Waiting {
  readonly worker: Worker;
  resolve(checked: CheckedBundle[]): void;
  reject(error: Error): void;
}

/** Two groups each: one is checked while the other is on its way. */
const GROUPS_PER_THREAD = 2;

/**
 * Several threads, each with the source open for itself. A group that fails, or whose thread ends, is `CannotCheck`: no
 * group is silently left out.
 */
export class ThreadedCheckers implements BundleCheckers {
  readonly breadth: number;
  private readonly workers: Worker[];
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;

  constructor(program: URL, threads: number, data: CheckingWorkerData) {
    this.breadth = threads * GROUPS_PER_THREAD;
    this.workers = Array.from({ length: threads }, () => {
      const worker = new Worker(program, { workerData: data });
      worker.on('message', (answer: WorkerAnswer) => this.settle(answer));
      worker.on('error', (error) => this.abandon(worker, String(error)));
      worker.on('exit', (code) => this.abandon(worker, `a thread ended with ${code}`));
      return worker;
    });
  }

  async check(jobs: readonly BundleJob[]): Promise<CheckedBundle[]> {
    const task = this.next++;
    const worker = this.workers[task % this.workers.length];
    if (!worker) throw new CannotCheck('There is no thread to check with');
    return new Promise((resolve, reject) => {
      this.waiting.set(task, { worker, resolve, reject });
      worker.postMessage({ task, jobs } satisfies WorkerTask, []);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map(async (worker) => worker.terminate()));
  }

  private settle(answer: WorkerAnswer): void {
    const waiting = this.waiting.get(answer.task);
    this.waiting.delete(answer.task);
    if ('failure' in answer) waiting?.reject(new CannotCheck(answer.failure));
    else waiting?.resolve([...answer.checked]);
  }

  private abandon(worker: Worker, why: string): void {
    for (const [task, waiting] of this.waiting) {
      if (waiting.worker !== worker) continue;
      this.waiting.delete(task);
      waiting.reject(new CannotCheck(why));
    }
  }
}
