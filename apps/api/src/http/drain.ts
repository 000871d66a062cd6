import { type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Configuration } from '#libs/config';
import { withTimeout } from '#libs/kernel';
import { closeIdleConnections } from './connections.js';

const SWEEP_MS = 100;
/** Time for handlers to finish their last statement, and for the pool to close, after connections were closed by force. */
const CLOSE_TIMEOUT_MS = 6000;

/** Whether this process is shutting down. It is then not ready, and every response closes its connection. */
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
 * Shuts the API down gracefully: readiness turns 503; after `drainDelayMs`, in which load balancers can react, the server
 * accepts no new connections and closes idle ones; requests in flight have `shutdownTimeoutMs`, then their connections are
 * closed. Resolves when the database pool is closed; rejects when the application does not close in time.
 */
export async function drainAndClose(app: NestFastifyApplication): Promise<void> {
  const { http } = app.get(Configuration);
  const server = app.getHttpServer() as Server;
  app.get(DrainState).begin();
  await sleep(http.drainDelayMs);
  // A response that began before the drain had no `Connection: close`: its connection becomes idle and is closed here.
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
