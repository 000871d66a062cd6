/** How well an attacker can distinguish two sets of durations. */
export interface Separation {
  /** The difference of the medians, relative to the first one. */
  readonly medianDifference: number;
  /** The chance that a duration of the second set is longer than one of the first: 0.5 is a coin (Mann-Whitney U / mn). */
  readonly auc: number;
}

/** The largest difference in time that an attacker cannot exploit. */
export const LIMITS = { medianDifference: 0.05, auc: [0.45, 0.55] } as const;

export function separationOf(first: readonly number[], second: readonly number[]): Separation {
  const base = median(first);
  return { medianDifference: (median(second) - base) / base, auc: auc(first, second) };
}

export function isIndistinguishable({ medianDifference, auc: chance }: Separation): boolean {
  const [low, high] = LIMITS.auc;
  return Math.abs(medianDifference) < LIMITS.medianDifference && chance >= low && chance <= high;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function auc(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const a of first) for (const b of second) wins += b > a ? 1 : b === a ? 0.5 : 0;
  return wins / (first.length * second.length);
}
