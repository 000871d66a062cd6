import { LoginThrottledError } from '../auth-errors.js';
import { type LoginAttemptsRepository } from './login-attempts.repository.js';
import { accountKey, LoginThrottle } from './login-throttle.js';
import { type AuthConfiguration } from '../auth.configuration.js';

/** The counters of `LoginAttemptsRepository` in memory, with a clock that the test sets. */
class CountersInMemory {
  now = 0;
  readonly failures = new Map<string, number>();
  readonly waits = new Map<string, number>();

  countAddress = () => Promise.resolve(null);
  reserveFailure = (pair: string) => {
    this.failures.set(pair, (this.failures.get(pair) ?? 0) + 1);
    return Promise.resolve(this.failures.get(pair) ?? 0);
  };
  cancelFailure = (pair: string) => {
    this.failures.set(pair, (this.failures.get(pair) ?? 0) - 1);
    return Promise.resolve();
  };
  beginWait = (pair: string, seconds: number) => {
    const left = (this.waits.get(pair) ?? 0) - this.now;
    if (left > 0) return Promise.resolve(left);
    this.waits.set(pair, this.now + seconds * 1000);
    return Promise.resolve(null);
  };
  reset = (pair: string) => {
    this.failures.delete(pair);
    this.waits.delete(pair);
    return Promise.resolve();
  };
}

function throttleOf(counters: CountersInMemory): LoginThrottle {
  return new LoginThrottle(
    counters as unknown as LoginAttemptsRepository,
    { limits: { freeLoginFailures: 5, loginsPerMinute: 60 } } as AuthConfiguration,
  );
}

async function waitOf(throttle: LoginThrottle, account = 'a@example.com', ip = '192.0.2.1'): Promise<number> {
  try {
    await throttle.attempt(account, ip, () => Promise.resolve(null));
    return 0;
  } catch (error) {
    if (error instanceof LoginThrottledError) return error.options.retryAfter ?? -1;
    throw error;
  }
}

describe('LoginThrottle', () => {
  it('allows five failures, then doubles the wait with each, up to one minute', async () => {
    const counters = new CountersInMemory();
    const throttle = throttleOf(counters);
    for (let n = 0; n < 5; n += 1) expect(await waitOf(throttle)).toBe(0);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await waitOf(throttle)).toBe(seconds);
      counters.now += seconds * 1000;
      expect(await waitOf(throttle)).toBe(0);
    }
  });

  it('does not extend the wait when a client retries too early', async () => {
    const counters = new CountersInMemory();
    const throttle = throttleOf(counters);
    for (let n = 0; n < 5; n += 1) await waitOf(throttle);
    for (let n = 0; n < 20; n += 1) expect(await waitOf(throttle)).toBe(1);
    counters.now += 1000;
    expect(await waitOf(throttle)).toBe(0);
  });

  it('counts concurrent attempts before any of them has failed', async () => {
    const throttle = throttleOf(new CountersInMemory());
    const waits = await Promise.all(Array.from({ length: 50 }, () => waitOf(throttle)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  it('does not delay the owner because of failures from a different address', async () => {
    const throttle = throttleOf(new CountersInMemory());
    for (let n = 0; n < 50; n += 1) await waitOf(throttle, 'a@example.com', '198.51.100.9');
    expect(await waitOf(throttle, 'a@example.com', '192.0.2.1')).toBe(0);
  });

  it('resets after a success, and does not count a check that threw', async () => {
    const throttle = throttleOf(new CountersInMemory());
    for (let n = 0; n < 4; n += 1) await waitOf(throttle);
    await throttle.attempt('A@example.com', '192.0.2.1', () => Promise.resolve('right'));
    const broken = () => Promise.reject(new Error('the database is away'));
    for (let n = 0; n < 20; n += 1) {
      await expect(throttle.attempt('a@example.com', '192.0.2.1', broken)).rejects.toThrow('away');
    }
    expect(await waitOf(throttle)).toBe(0);
  });

  it('sends both Retry-After and RateLimit', async () => {
    const throttle = throttleOf(new CountersInMemory());
    for (let n = 0; n < 5; n += 1) await waitOf(throttle);
    const refusal = await throttle
      .attempt('a@example.com', '192.0.2.1', () => Promise.resolve(null))
      .catch((error: unknown) => error);
    expect((refusal as LoginThrottledError).options).toMatchObject({
      retryAfter: 1,
      headers: { ratelimit: '"login-failures";r=0;t=1', 'ratelimit-policy': '"login-failures";q=5' },
    });
  });

  it('keeps no address in its keys', () => {
    expect(accountKey('Erika@Example.com')).toMatch(/^[0-9a-f]{64}$/);
    expect(accountKey('Erika@Example.com')).toBe(accountKey('erika@example.COM'));
  });
});
