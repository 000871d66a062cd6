import { setFlagsFromString } from 'node:v8';

/** By how many percent of what was in use the heap may grow until V8 looks again for what is not in use any more. */
const GROWTH_PERCENT = 100;

/**
 * Keeps the heap within twice of what is in use. On a machine with much memory V8 would let it grow to four times of that,
 * and give little of it back: twice costs a few short collections more and serves as fast. Call it when everything is
 * loaded.
 */
export function keepOldGenerationNearItsContent(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
