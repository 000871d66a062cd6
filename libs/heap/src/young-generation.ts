import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** By how much V8 enlarges the space for new objects each time too many survive in it; 2 unless somebody says otherwise. */
const GROWTH = '--semi-space-growth-factor=';

/** Both halves of the space. Four times as much, which V8 would take, spares few collections and is never given back. */
const ENOUGH_BYTES = 32 * 1024 ** 2;

/**
 * Keeps the space for new objects at its first size. While code is loaded nearly everything survives, from which V8 would
 * conclude that 64 MiB are needed, and would never give them back: a third of what an idle process holds.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString(`${GROWTH}1`);
}

/**
 * From now on it grows with the load, up to what a server needs: beyond, a long export or a minute of load would take 100
 * MiB for good, whatever is in use. Call it when everything is loaded.
 */
export function letYoungGenerationGrow(): void {
  let factor = 1;
  const decide = (): void => {
    // V8 makes it smaller when little happens, and then it must be able to grow again.
    const wanted = youngGenerationBytes() < ENOUGH_BYTES ? 2 : 1;
    if (wanted === factor) return;
    setFlagsFromString(`${GROWTH}${wanted}`);
    factor = wanted;
  };
  decide();
  // It grows at the end of a collection, and this is told of each.
  new PerformanceObserver(decide).observe({ entryTypes: ['gc'] });
}

function youngGenerationBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}
