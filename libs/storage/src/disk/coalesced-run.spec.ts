import { setImmediate as turn } from 'node:timers/promises';
import { CoalescedRun } from './coalesced-run.js';

describe('a coalesced run', () => {
  const held = () => {
    const ends: Array<{ resolve: () => void; reject: (error: Error) => void }> = [];
    const shared = new CoalescedRun(() => new Promise((resolve, reject) => ends.push({ resolve, reject })));
    return { ends, shared };
  };

  it('does not cover callers that arrive after its start: they share the next run', async () => {
    const { ends, shared } = held();
    const done: string[] = [];
    const ask = (name: string) => shared.run().then(() => void done.push(name));
    const all = [ask('first'), ask('second'), ask('third')];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    await turn();
    expect(done).toEqual(['first']);
    expect(ends).toHaveLength(2);
    all.push(ask('fourth'));
    ends[1]?.resolve();
    await turn();
    expect(done).toEqual(['first', 'second', 'third']);
    ends[2]?.resolve();
    await Promise.all(all);
    expect(ends).toHaveLength(3);
  });

  it('rejects the callers that it covers, and no others', async () => {
    const { ends, shared } = held();
    const [first, second] = [shared.run(), shared.run()];
    ends[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await turn();
    ends[1]?.resolve();
    await expect(second).resolves.toBeUndefined();
    const third = shared.run();
    ends[2]?.resolve();
    await expect(third).resolves.toBeUndefined();
  });
});
