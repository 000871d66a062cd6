import { Metrics } from '#libs/observability';
import { NewestCheckpoint } from './newest-checkpoint.js';
import { type SignedCheckpoint } from './sealed-log.repository.js';
import { type VerifiedCheckpoints } from './verified-checkpoints.js';

const TTL_MS = 250;

class FakeLog {
  lookups = 0;
  answer: () => Promise<SignedCheckpoint | null> = () => Promise.resolve(null);

  newest(): Promise<SignedCheckpoint | null> {
    this.lookups += 1;
    return this.answer();
  }

  setSize(size: number): void {
    this.answer = () => Promise.resolve({ size } as SignedCheckpoint);
  }
}

describe('NewestCheckpoint', () => {
  let log: FakeLog;
  let metrics: Metrics;
  let newest: NewestCheckpoint;

  beforeEach(() => {
    jest.useFakeTimers();
    log = new FakeLog();
    metrics = new Metrics();
    newest = new NewestCheckpoint(log as unknown as VerifiedCheckpoints, metrics);
  });
  afterEach(() => jest.useRealTimers());

  const sizeOf = async (found: Promise<SignedCheckpoint | null>) => (await found)?.size ?? null;

  it('is looked up once per TTL', async () => {
    log.setSize(3);
    expect(await Promise.all([newest.find(), newest.find()].map(sizeOf))).toEqual([3, 3]);
    log.setSize(5);
    jest.advanceTimersByTime(TTL_MS - 1);
    expect(await sizeOf(newest.find())).toBe(3);
    expect(log.lookups).toBe(1);
    jest.advanceTimersByTime(1);
    expect(await sizeOf(newest.find())).toBe(5);
    expect(log.lookups).toBe(2);
  });

  it('is looked up again while the log has none', async () => {
    expect(await newest.find()).toBeNull();
    log.setSize(1);
    expect(await sizeOf(newest.find())).toBe(1);
  });

  it('is looked up once per TTL by findWithin, even while the log has none', async () => {
    expect(await newest.findWithin(50)).toBeNull();
    log.setSize(1);
    jest.advanceTimersByTime(TTL_MS - 1);
    expect(await newest.findWithin(50)).toBeNull();
    expect(log.lookups).toBe(1);
    jest.advanceTimersByTime(1);
    expect(await sizeOf(newest.findWithin(50))).toBe(1);
    expect(await sizeOf(newest.findWithin(50))).toBe(1);
    expect(log.lookups).toBe(2);
    expect(await metrics.text()).toContain(
      'veritrail_cache_lookups_total{cache="newest_checkpoint",result="hit"} 2',
    );
    expect(jest.getTimerCount()).toBe(0);
  });

  it('never becomes smaller, even if the database returns a smaller one', async () => {
    log.setSize(5);
    await newest.find();
    log.setSize(3);
    jest.advanceTimersByTime(TTL_MS);
    expect(await sizeOf(newest.find())).toBe(5);
  });

  it('is looked up again by findReaching if the cached one is too small', async () => {
    log.setSize(5);
    await newest.find();
    log.setSize(8);
    expect(await sizeOf(newest.findReaching(5))).toBe(5);
    expect(await sizeOf(newest.findReaching(7))).toBe(8);
    expect(log.lookups).toBe(2);
  });

  it('is an older one in findWithin if the lookup fails or takes too long', async () => {
    log.setSize(5);
    await newest.find();
    jest.advanceTimersByTime(TTL_MS);
    log.answer = () => Promise.reject(new Error('no database'));
    expect(await sizeOf(newest.findWithin(50))).toBe(5);
    await expect(newest.find()).rejects.toThrow('no database');
    log.answer = () => new Promise(() => undefined);
    const waiting = newest.findWithin(50);
    await jest.advanceTimersByTimeAsync(50);
    expect(await sizeOf(waiting)).toBe(5);
  });

  it('counts cache hits and misses', async () => {
    log.setSize(5);
    await newest.find();
    await newest.find();
    await newest.findReaching(6);
    const text = await metrics.text();
    expect(text).toContain('veritrail_cache_lookups_total{cache="newest_checkpoint",result="hit"} 1');
    expect(text).toContain('veritrail_cache_lookups_total{cache="newest_checkpoint",result="miss"} 2');
    expect(text).toContain('veritrail_cache_entries{cache="newest_checkpoint"} 1');
  });
});
