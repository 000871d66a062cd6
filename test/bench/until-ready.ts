import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 5;
const PATIENCE_MS = 60_000;

/** Resolves at the first 200 of /health/ready; rejects after a time limit, or when `hasEnded` reports that the server has ended. */
export async function untilReady(url: string, hasEnded: () => boolean = () => false): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline && !hasEnded()) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error('The API does not get ready');
}
