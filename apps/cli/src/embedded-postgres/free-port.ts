import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { systemErrorCode } from './system-error.js';

// Below the kernel's range for outgoing connections, so a stored port is rarely in use at the next start.
const [LOWEST, HIGHEST] = [15_000, 32_000];
const ATTEMPTS = 200;

/**
 * True when no process listens on this port and address at the moment. Rejects when this process cannot listen there at
 * all: the machine has no such address, or the port is reserved for root.
 */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (systemErrorCode(error) === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A random free port. Another process may take it before it is used, so the caller must be able to retry. */
export async function chooseFreePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port, host)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST} on ${host}`);
}
