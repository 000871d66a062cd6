import { type ServerName, SERVERS } from './scenario.js';

/** What was seen of both servers, in turn. */
export type InTurn<Seen> = Readonly<Record<ServerName, readonly Seen[]>>;

/**
 * V8 compiles what is called often, and has found out what that is after so many requests. Until then each costs a server half
 * as much processor time again, and the more code a server runs for a request, the longer that lasts.
 */
const WARM_AFTER_REQUESTS = 20_000;

/** Whether a server has answered often enough to be as fast as it will be. */
export function isWarm(rounds: ReadonlyArray<{ readonly requests: number }>): boolean {
  return rounds.reduce((sum, { requests }) => sum + requests, 0) >= WARM_AFTER_REQUESTS;
}

/** So many rounds of each server in turn, fewer of one for which what was seen of it `suffices`. */
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
