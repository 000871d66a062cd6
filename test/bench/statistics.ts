/** The middle value; for an even number of values, the mean of the two in the middle. Refuses an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('There is no median of nothing');
  const sorted = ascending(values);
  const upper = sorted[Math.floor(sorted.length / 2)]!;
  return sorted.length % 2 === 1 ? upper : (sorted[sorted.length / 2 - 1]! + upper) / 2;
}

/** The smallest value that at least `share` of all values do not exceed (nearest rank). Refuses an empty list. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('There is no percentile of nothing');
  if (!(share > 0 && share <= 1)) throw new Error(`${share} is not a share between 0 and 1`);
  return ascending(values)[Math.ceil(share * values.length) - 1]!;
}

/** The range of the values relative to their median: whether a comparison of medians is reliable. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
