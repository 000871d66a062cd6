import { Worker } from 'node:worker_threads';
import {
  type BundleRange,
  CannotCheck,
  type CheckedRange,
  checkRange,
  openSource,
  type SourceLocation,
} from '#libs/log-check';
import { type RangeTask, type RangeResult } from './range.worker.js';

/**
 * Checks the first range in this thread and each other range in a thread of its own. A thread that fails or ends early is
 * `CannotCheck`: no range is silently skipped.
 */
export async function checkInThreads(
  location: SourceLocation,
  ranges: readonly BundleRange[],
  program: URL | null,
): Promise<CheckedRange[]> {
  const workers: Worker[] = [];
  try {
    const all = ranges.map(async (range, index) => {
      if (index === 0 || program === null) return checkRange(openSource(location), range);
      const worker = new Worker(program, { workerData: { location, range } satisfies RangeTask });
      workers.push(worker);
      return resultOf(worker);
    });
    return await Promise.all(all);
  } finally {
    await Promise.all(workers.map(async (worker) => worker.terminate()));
  }
}

async function resultOf(worker: Worker): Promise<CheckedRange> {
  return new Promise((resolve, reject) => {
    worker.once('message', (result: RangeResult) => {
      if ('failure' in result) reject(new CannotCheck(result.failure));
      else resolve(result.checked);
    });
    worker.once('error', (error) => reject(new CannotCheck(String(error))));
    worker.once('exit', (code) => reject(new CannotCheck(`a thread ended with ${code}`)));
  });
}
