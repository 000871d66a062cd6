import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { systemErrorCode } from './system-error.js';

// Below the range the kernel hands out for outgoing connections, so a kept port is rarely taken at the next start.
const [LOWEST, HIGHEST] = [15_000, 32_000];
const ATTEMPTS = 200;

/**
 * True when nobody listens on this port of this address at the moment of asking. Rejects when this process could not listen
 * there in any case: the machine has no such address, or the port is for root alone.
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

/** A random port that was free when asked; another process may take it, so the caller must be ready to ask again. */
export async function chooseFreePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port, host)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST} on ${host}`);
}
