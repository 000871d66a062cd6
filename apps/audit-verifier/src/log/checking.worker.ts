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
  readonly task: number;
  readonly jobs: readonly BundleJob[];
}

export type WorkerAnswer =
  | { readonly task: number; readonly checked: readonly CheckedBundle[] }
  | { readonly task: number; readonly failure: string };

const { source, hashesOnly } = workerData as CheckingWorkerData;
const checkers = new LocalCheckers(openSource(source), { hashesOnly });

parentPort?.on('message', ({ task, jobs }: WorkerTask) => {
  checkers.check(jobs).then(
    (checked) => answer({ task, checked }),
    (error: unknown) => answer({ task, failure: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(message: WorkerAnswer): void {
  parentPort?.postMessage(message, []);
}
