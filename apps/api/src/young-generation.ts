import { setFlagsFromString } from 'node:v8';

/** By how much V8 enlarges the space for new objects each time too many survive in it; 2 unless somebody says otherwise. */
const GROWTH = '--semi-space-growth-factor=';

/**
 * Keeps the space for new objects at its first size. While code is loaded nearly everything survives, from which V8 would
 * conclude that 64 MiB are needed, and would never give them back: a third of what an idle process holds.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString(`${GROWTH}1`);
}

/** From now on it grows with the load, as ever. Call it when everything is loaded. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString(`${GROWTH}2`);
}
