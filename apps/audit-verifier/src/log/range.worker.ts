import { parentPort, workerData } from 'node:worker_threads';
import { openSource, type SourcePlace } from '../sources/source-place.js';
import { type BundleJob, type CheckedBundle } from './bundle-check.js';
import { LocalCheckers } from './bundle-checkers.js';

/** What a thread is started with. */
export interface CheckingWorkerData {
  readonly source: SourcePlace;
  readonly hashesOnly: boolean;
}

export interface WorkerTask {
  readonly jobs: readonly BundleJob[];
}

/** Tasks are answered in their order; before the first one a thread says that it is there. */
export type WorkerAnswer =
  { readonly ready: true } | { readonly checked: readonly CheckedBundle[] } | { readonly failure: string };

const { source, hashesOnly } = workerData as CheckingWorkerData;
const checkers = new LocalCheckers(openSource(source), { hashesOnly });
let before = Promise.resolve();

parentPort?.on('message', ({ jobs }: WorkerTask) => {
  before = before.then(async () => answer(await outcomeOf(jobs)));
});
answer({ ready: true });

async function outcomeOf(jobs: readonly BundleJob[]): Promise<WorkerAnswer> {
  try {
    return { checked: await checkers.check(jobs) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function answer(message: WorkerAnswer): void {
  parentPort?.postMessage(message, []);
}
