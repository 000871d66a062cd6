import { isPortFree } from '../embedded-postgres/free-port.js';
import { OperatorError } from '../operator-error.js';

const USUAL = 3000;
const CANDIDATES = 100;

/** The port to listen on. `fixed` when PORT is set: then no other port is tried. */
export interface ListenPort {
  readonly port: number;
  readonly fixed: boolean;
}

/**
 * The requested port, or the default port, or the next free port above it. Refuses a requested port that is in use.
 * Another process may still take the port before it is used.
 */
export async function choosePort(
  wanted: number | undefined,
  host: string,
  from = USUAL,
): Promise<ListenPort> {
  if (wanted !== undefined) {
    if (wanted === 0 || (await isPortFree(wanted, host))) return { port: wanted, fixed: true };
    throw new OperatorError(
      `PORT ${wanted} is in use on ${host}: another program listens there. Stop it, or choose a different PORT.`,
    );
  }
  for (let port = from; port < from + CANDIDATES; port += 1) {
    if (await isPortFree(port, host)) return { port, fixed: false };
  }
  throw new OperatorError(
    `No port from ${from} to ${from + CANDIDATES - 1} is free on ${host}: choose one with PORT.`,
  );
}
