import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 10;
const PAUSE_MS = 500;

/**
 * Sends a request that is not measured. A server that has just been under load may refuse it (503): then it is sent again.
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, init);
    if (response.status !== 503 || attempt === ATTEMPTS) return response;
    await response.body?.cancel();
    await sleep(PAUSE_MS);
  }
}
