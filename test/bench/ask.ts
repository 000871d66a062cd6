import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 10;
const PAUSE_MS = 500;

/**
 * Asks a server something that is not measured. One that has just been loaded may refuse work for a moment (503), as it
 * should: then it is asked again.
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, init);
    if (response.status !== 503 || attempt === ATTEMPTS) return response;
    await response.body?.cancel();
    await sleep(PAUSE_MS);
  }
}
