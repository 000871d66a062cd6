import { step } from './step.js';

const DURATION = { usualSeconds: 2, slow: 'The disk is slow.' };

describe('step', () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest.useFakeTimers({ doNotFake: ['nextTick'] });
    jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('announces the step, how long it usually takes, and how long it took', async () => {
    expect(
      await step(
        'Count',
        DURATION,
        async () => 3,
        (n) => `, ${n} found`,
      ),
    ).toBe(3);
    expect(lines).toEqual([
      'veritrail: Count: usually about 2 s',
      'veritrail: Count: done in 0.0 s, 3 found',
    ]);
  });

  it('reports a step that takes much longer than usual, and stops when it is done', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const counting = step('Count', DURATION, () => promise);
    jest.advanceTimersByTime(39_000);
    resolve();
    await counting;
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toEqual([
      'veritrail: Count: still running after 10.0 s. The disk is slow.',
      'veritrail: Count: still running after 20.0 s. The disk is slow.',
      'veritrail: Count: done in 39.0 s',
    ]);
  });

  it('does not call a failed step done', async () => {
    const failing = step('Count', DURATION, () => Promise.reject(new Error('no numbers')));
    await expect(failing).rejects.toThrow('no numbers');
    await step(
      'Count',
      DURATION,
      async () => undefined,
      (result) => result,
    );
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toEqual([
      'veritrail: Count: usually about 2 s',
      'veritrail: Count: failed after 0.0 s',
    ]);
  });
});
