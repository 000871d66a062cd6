import { parentPort, workerData } from 'node:worker_threads';
import {
  type BundleRange,
  type CheckedRange,
  checkRange,
  openSource,
  type SourceLocation,
} from '#libs/log-check';

/** What a thread is started with. */
export interface RangeTask {
  readonly location: SourceLocation;
  readonly range: BundleRange;
}

export type RangeResult = { readonly checked: CheckedRange } | { readonly failure: string };

const { location, range } = workerData as RangeTask;
parentPort?.postMessage(await resultOf(), []);

async function resultOf(): Promise<RangeResult> {
  try {
    return { checked: await checkRange(openSource(location), range) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
