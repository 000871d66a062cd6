import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedQueue } from './keyed-queue.js';

class ContentionError extends Error {}

const queueOf = (width: number, ms: number): KeyedQueue =>
  new KeyedQueue(width, {
    ms,
    createError: () => new Error('too late'),
    isContention: (error) => error instanceof ContentionError,
  });

describe('KeyedQueue', () => {
  it('runs at most `width` tasks per key at once, in order, and does not delay other keys', async () => {
    const queue = queueOf(2, 1000);
    let [running, maximum] = [0, 0];
    const order: number[] = [];
    const work = (index: number) => async () => {
      running += 1;
      maximum = Math.max(maximum, running);
      await sleep(20);
      order.push(index);
      running -= 1;
      return index;
    };
    const one = Array.from({ length: 6 }, (_, index) => queue.run('one', work(index)));
    expect(await queue.run('other', async () => order.length)).toBe(0);
    expect(await Promise.all(one)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(maximum).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('rejects a waiting task when no task of its key finishes in time, without running it', async () => {
    const queue = queueOf(1, 50);
    let ran = false;
    const slow = queue.run('key', () => sleep(150));
    const impatient = queue.run('key', async () => void (ran = true));
    await expect(impatient).rejects.toThrow('too late');
    await slow;
    expect(ran).toBe(false);
    expect(await queue.run('key', async () => 'served')).toBe('served');
  });

  it('extends the wait of all tasks each time a task finishes', async () => {
    const queue = queueOf(1, 200);
    const all = Array.from({ length: 10 }, (_, index) => queue.run('key', () => sleep(60, index)));
    expect(await Promise.all(all)).toHaveLength(10);
  });

  it('does not extend the wait when a task fails by contention', async () => {
    const queue = queueOf(1, 100);
    const contend = () =>
      queue.run('key', async () => {
        await sleep(60);
        throw new ContentionError();
      });
    const outcomes = await Promise.allSettled([contend(), contend(), queue.run('key', async () => 'served')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('continues after a failed task, and removes unused keys', async () => {
    const queue = queueOf(1, 1000);
    const failing = queue.run('key', () => Promise.reject(new Error('planted')));
    const next = queue.run('key', async () => 'served');
    await expect(failing).rejects.toThrow('planted');
    expect(await next).toBe('served');
    expect(queue.size).toBe(0);
  });
});
