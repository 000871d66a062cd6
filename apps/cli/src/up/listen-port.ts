import { isPortFree } from '../embedded-postgres/free-port.js';
import { OperatorError } from '../operator-error.js';

const USUAL = 3000;
const CANDIDATES = 100;

/** Where to listen. `fixed` when a person named the port: then there is no other choice. */
export interface ListenPort {
  readonly port: number;
  readonly fixed: boolean;
}

/**
 * The port that was asked for, or the usual one, or the next free one above it. Refuses, naming it, a port that was asked
 * for and is taken. Another process may still take it before it is used.
 */
export async function choosePort(
  wanted: number | undefined,
  host: string,
  from = USUAL,
): Promise<ListenPort> {
  if (wanted !== undefined) {
    if (wanted === 0 || (await isPortFree(wanted, host))) return { port: wanted, fixed: true };
    throw new OperatorError(
      `PORT ${wanted} is taken on ${host}: another program listens there. Stop it, or choose another PORT.`,
    );
  }
  for (let port = from; port < from + CANDIDATES; port += 1) {
    if (await isPortFree(port, host)) return { port, fixed: false };
  }
  throw new OperatorError(
    `No port from ${from} to ${from + CANDIDATES - 1} is free on ${host}: choose one with PORT.`,
  );
}
