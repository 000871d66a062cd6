import { type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Configuration } from '#libs/config';
import { withTimeout } from '#libs/kernel';
import { closeIdleConnections } from './connections.js';

const SWEEP_MS = 100;
/** What a handler whose client was cut off may still need for its last statement and the pool for its farewell. */
const CLOSE_TIMEOUT_MS = 6000;

/** Whether this process has been told to end. From then on it is not ready, and every answer closes its connection. */
@Injectable()
export class DrainState {
  private begun = false;

  get draining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}

/**
 * Ends the API without losing an answer: readiness turns 503, balancers get `drainDelayMs` to notice, then no connection
 * is accepted, idle ones close, and requests in flight have `shutdownTimeoutMs`. Those that are still open then are cut
 * off. Resolves when the database pool is closed; rejects when something would not end.
 */
export async function drainAndClose(app: NestFastifyApplication): Promise<void> {
  const { http } = app.get(Configuration);
  const server = app.getHttpServer() as Server;
  app.get(DrainState).begin();
  await sleep(http.drainDelayMs);
  // A connection whose last answer began before the drain does not know that it should close.
  const sweep = setInterval(() => closeIdleConnections(server), SWEEP_MS);
  const cut = setTimeout(() => {
    new Logger('Shutdown').warn(
      `Requests did not finish within ${http.shutdownTimeoutMs} ms; their connections are closed`,
    );
    server.closeAllConnections();
  }, http.shutdownTimeoutMs);
  try {
    await withTimeout(app.close(), http.shutdownTimeoutMs + CLOSE_TIMEOUT_MS, () => {
      throw new Error('The application did not close in time');
    });
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
