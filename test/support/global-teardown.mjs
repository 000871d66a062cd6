import { once } from 'node:events';

/** Lets the reaper clean up and waits for it. */
export default async function globalTeardown() {
  const { reaper } = globalThis.veritrailTestRun;
  reaper.ref();
  const gone = once(reaper, 'exit');
  reaper.stdin.end();
  await gone;
}
