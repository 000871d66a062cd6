import { type ServerName, SERVERS } from './scenario.js';

/** The rounds of both servers, measured in turn. */
export type InTurn<Seen> = Readonly<Record<ServerName, readonly Seen[]>>;

/**
 * V8 needs this many requests to compile the frequently used code. Until then a request costs half as much processor time
 * again, and the more code a server runs for a request, the longer that lasts.
 */
const WARM_AFTER_REQUESTS = 20_000;

/** Whether a server has answered enough requests to be at full speed. */
export function isWarm(rounds: ReadonlyArray<{ readonly requests: number }>): boolean {
  return rounds.reduce((sum, { requests }) => sum + requests, 0) >= WARM_AFTER_REQUESTS;
}

/** Rounds of each server in turn, fewer for a server whose results `suffices` accepts. */
export async function inTurn<Seen>(
  rounds: number,
  act: (name: ServerName) => Promise<Seen>,
  suffices: (seen: readonly Seen[]) => boolean = () => false,
): Promise<InTurn<Seen>> {
  const seen: Record<ServerName, Seen[]> = { floor: [], api: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of SERVERS) {
      if (!suffices(seen[name])) seen[name].push(await act(name));
    }
  }
  return seen;
}
