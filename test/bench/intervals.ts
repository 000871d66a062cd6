/** How often each server is loaded, and for how long each time. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

/** With fewer requests, at most ten determine the 99th percentile. */
const ENOUGH_REQUESTS = 1000;
/** Shorter than most disturbances of a machine, so that one spoils only a few intervals. */
const SHORTEST_SECONDS = 1;

/** Enough intervals that a disturbance in every third one, of one server only, does not decide the median by chance. */
const INTERVALS_PER_ROUND = 3;

/**
 * How to spend an effort on percentiles: on three times as many intervals as it has rounds. Each is as short as a server with
 * this throughput allows, and at most as long as a round.
 */
export function intervalsFor(requestsPerSecond: number, { rounds, seconds }: Effort): Effort {
  const enough = Math.ceil(ENOUGH_REQUESTS / requestsPerSecond);
  const each = Math.min(seconds, Math.max(SHORTEST_SECONDS, enough));
  return { rounds: INTERVALS_PER_ROUND * rounds, seconds: each };
}
