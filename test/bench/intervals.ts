/** How often each server is loaded, and for how long each time. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

/** Of fewer, ten answers or less decide about the 99th percentile. */
const ENOUGH_REQUESTS = 1000;
/** Shorter than most of what disturbs a machine, which then spoils a few intervals and not all of them. */
const SHORTEST_SECONDS = 1;

/** A stall in every third interval, of one server and not of the other, must not decide about the median by chance. */
const INTERVALS_PER_ROUND = 3;

/**
 * How to spend an effort on percentiles: in three times as many intervals as it has rounds. Each is as short as a server
 * with so many answers a second allows, and at most as long as a round.
 */
export function intervalsFor(requestsPerSecond: number, { rounds, seconds }: Effort): Effort {
  const enough = Math.ceil(ENOUGH_REQUESTS / requestsPerSecond);
  const each = Math.min(seconds, Math.max(SHORTEST_SECONDS, enough));
  return { rounds: INTERVALS_PER_ROUND * rounds, seconds: each };
}
