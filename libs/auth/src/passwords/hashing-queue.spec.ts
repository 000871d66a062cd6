import { UnavailableError } from '#libs/kernel';
import { HashingQueue } from './hashing-queue.js';
import { type AuthConfiguration } from '../auth.configuration.js';

function queueOf(concurrentHashes: number): HashingQueue {
  return new HashingQueue({ accounts: { concurrentHashes } } as AuthConfiguration);
}

/** Work that ends when the test releases it. */
function heldWork() {
  const releases: Array<() => void> = [];
  let running = 0;
  let peak = 0;
  return {
    releases,
    peak: () => peak,
    work: async () => {
      running += 1;
      peak = Math.max(peak, running);
      await new Promise<void>((resolve) => releases.push(resolve));
      running -= 1;
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('HashingQueue', () => {
  it('runs at most the configured number at once, and finishes all', async () => {
    const queue = queueOf(2);
    const held = heldWork();
    const all = Promise.all(Array.from({ length: 10 }, () => queue.run(held.work)));
    for (let done = 0; done < 10; done += 1) {
      await settle();
      held.releases.shift()?.();
    }
    await all;
    expect(held.peak()).toBe(2);
  });

  it('refuses with Retry-After when the queue is full, and recovers', async () => {
    const queue = queueOf(1);
    const held = heldWork();
    const accepted = Array.from({ length: 33 }, () => queue.run(held.work));
    const refused = await queue.run(held.work).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnavailableError);
    expect((refused as UnavailableError).options.retryAfter).toBe(1);
    for (let done = 0; done < 33; done += 1) {
      await settle();
      held.releases.shift()?.();
    }
    await Promise.all(accepted);
    await expect(queue.run(() => Promise.resolve('again'))).resolves.toBe('again');
  });

  it('frees the slot when the work fails', async () => {
    const queue = queueOf(1);
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(queue.run(() => Promise.resolve(1))).resolves.toBe(1);
  });
});
