import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchDatabase } from '../database.js';
import { type Finding } from '../finding.js';
import { type Harness } from '../harness.js';
import { residentMib } from '../proc.js';
import { median } from '../statistics.js';

const STARTS = 5;
const POLL_MS = 5;
const PATIENCE_MS = 60_000;
const IDLE_MS = 3000;

/** How long the API takes from being started to being ready, and what it holds when nobody asks anything. */
export async function startUp(harness: Harness, database: BenchDatabase): Promise<Finding[]> {
  const [seconds, resident]: [number[], number[]] = [[], []];
  for (let start = 0; start < STARTS; start++) {
    const began = performance.now();
    const api = await harness.startApi(database, { pinned: false, probed: false });
    while (!(await isReady(api.url))) {
      if (performance.now() - began > PATIENCE_MS) throw new Error('The API does not get ready');
      await sleep(POLL_MS);
    }
    seconds.push((performance.now() - began) / 1000);
    await sleep(IDLE_MS);
    resident.push(residentMib(api.pid));
    await api.stop();
  }
  return [
    {
      what: 'start until ready, nothing to migrate',
      seen: median(seconds),
      unit: 's',
      wanted: { most: 2 },
      how: `median of ${STARTS}, from the start of the process to the first 200 of /health/ready; not pinned, files in the page cache`,
    },
    {
      what: 'resident memory, idle',
      seen: median(resident),
      unit: 'MiB',
      wanted: { most: 180 },
      how: `median of ${STARTS}, ${IDLE_MS / 1000} s after it was ready`,
    },
  ];
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => null);
  return answer?.status === 200;
}
