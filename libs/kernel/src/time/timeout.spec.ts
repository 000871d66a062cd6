import { withTimeout } from './timeout.js';

const never = new Promise<string>(() => undefined);

describe('withTimeout', () => {
  it('returns or throws the result of the work', async () => {
    const late = jest.fn();
    await expect(withTimeout(Promise.resolve('done'), 10_000, late)).resolves.toBe('done');
    await expect(withTimeout(Promise.reject(new Error('failed')), 10_000, late)).rejects.toThrow('failed');
    expect(late).not.toHaveBeenCalled();
  });

  it('returns the substitute, or throws, when the work takes too long', async () => {
    await expect(withTimeout(never, 1, () => 'late')).resolves.toBe('late');
    const refuse = (): never => {
      throw new Error('too late');
    };
    await expect(withTimeout(never, 1, refuse)).rejects.toThrow('too late');
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers();
    await withTimeout(Promise.resolve(), 10_000, () => undefined);
    await withTimeout(Promise.reject(new Error('failed')), 10_000, () => undefined).catch(() => undefined);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('ignores work that fails after the timeout', async () => {
    const { promise, reject } = Promise.withResolvers<string>();
    await expect(withTimeout(promise, 1, () => 'late')).resolves.toBe('late');
    reject(new Error('failed later'));
    await new Promise(setImmediate);
  });
});
