import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchDatabase } from '../database.js';
import { type Finding } from '../finding.js';
import { type Harness } from '../harness.js';
import { residentMib } from '../proc.js';
import { median } from '../statistics.js';
import { untilReady } from '../until-ready.js';

const STARTS = 5;
const IDLE_MS = 3000;

/** The time from the start of the API to readiness, and its memory when idle. */
export async function startUp(harness: Harness, database: BenchDatabase): Promise<Finding[]> {
  const [seconds, resident]: [number[], number[]] = [[], []];
  for (let start = 0; start < STARTS; start++) {
    const began = performance.now();
    const api = await harness.startApi(database, { pinned: false, probed: false });
    await untilReady(api.url);
    seconds.push((performance.now() - began) / 1000);
    await sleep(IDLE_MS);
    resident.push(residentMib(api.pid));
    await api.stop();
  }
  return [
    {
      what: 'start until ready, without migrations',
      seen: median(seconds),
      unit: 's',
      wanted: { most: 2 },
      how: `median of ${STARTS}, from process start to the first 200 of /health/ready; not pinned, warm page cache`,
    },
    {
      what: 'resident memory, idle',
      seen: median(resident),
      unit: 'MiB',
      wanted: { most: 180 },
      how: `median of ${STARTS}, ${IDLE_MS / 1000} s after readiness`,
    },
  ];
}
