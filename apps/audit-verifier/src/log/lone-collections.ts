import { setFlagsFromString } from 'node:v8';

/**
 * From now on each thread collects its short-lived garbage alone. V8 would start helpers for it, and where every core has a
 * thread that checks, they wait for a core, and the thread waits for them: fifty times in a million leaves.
 */
export function collectAlone(): void {
  setFlagsFromString('--no-parallel-scavenge');
}
