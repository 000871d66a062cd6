import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { UnavailableError } from '#libs/kernel';
import { type BlobStore, type References } from '../blob-store.js';
import { expectFailure, readAll } from './blob-assertions.js';
import { type BlobStoreHarness, GENEROUS } from './blob-store-harness.js';

/** The contract of all adapters for sweeping. `current` returns the initialised store of the running test. */
export function describeSweeping(harness: BlobStoreHarness, current: () => BlobStore): void {
  describe('sweeping', () => {
    let store: BlobStore;
    beforeEach(() => {
      store = current();
    });

    const stage = (bytes: Buffer) => store.stage(Readable.from([bytes]), GENEROUS);
    const answer = (referenced: string[] = [], undecided: string[] = []) => {
      return async (): Promise<References> => ({
        referenced: new Set(referenced),
        undecided: new Set(undecided),
      });
    };

    it('removes unreferenced blobs, published or not', async () => {
      const [one, other] = [await stage(randomBytes(10)), await stage(randomBytes(10))];
      await store.publish(other.key);
      const report = await store.sweep({ olderThanMs: 0, references: answer() });
      expect(report).toEqual({ settled: 0, removed: 2, undecided: 0 });
      expect(await harness.count(store)).toBe(0);
      await expectFailure(store.publish(one.key), UnavailableError);
    });

    it('keeps the blob of a committed row that was never settled', async () => {
      const bytes = randomBytes(10);
      const { key } = await stage(bytes);
      await store.publish(key);
      const report = await store.sweep({ olderThanMs: 0, references: answer([key]) });
      expect(report).toEqual({ settled: 1, removed: 0, undecided: 0 });
      expect((await readAll(await store.open(key))).equals(bytes)).toBe(true);
      expect(await harness.count(store)).toBe(1);
    });

    it('leaves fresh entries alone, even those of another process', async () => {
      const other = await harness.openAgain(store);
      const { key } = await other.stage(Readable.from([randomBytes(10)]), GENEROUS);
      const report = await store.sweep({ olderThanMs: 60_000, references: answer() });
      expect(report).toEqual({ settled: 0, removed: 0, undecided: 0 });
      await other.publish(key);
    });

    it('does not ask about settled blobs', async () => {
      const { key } = await stage(randomBytes(10));
      await store.publish(key);
      await store.settle(key);
      const references = jest.fn(answer());
      await store.sweep({ olderThanMs: 0, references });
      expect(references).not.toHaveBeenCalled();
      await (await store.open(key)).close();
    });

    it('asks only when publishing has become impossible', async () => {
      const { key } = await stage(randomBytes(10));
      const late = jest.fn(async (): Promise<References> => {
        await expectFailure(store.publish(key), UnavailableError);
        return { referenced: new Set(), undecided: new Set() };
      });
      await store.sweep({ olderThanMs: 0, references: late });
      expect(late).toHaveBeenCalledTimes(1);
      expect(await harness.count(store)).toBe(0);
    });

    it('leaves undecided blobs for a later sweep', async () => {
      const { key } = await stage(randomBytes(10));
      await store.publish(key);
      const undecided = await store.sweep({ olderThanMs: 0, references: answer([], [key]) });
      expect(undecided).toEqual({ settled: 0, removed: 0, undecided: 1 });
      await (await store.open(key)).close();
      const decided = await store.sweep({ olderThanMs: 60_000, references: answer([key]) });
      expect(decided).toEqual({ settled: 1, removed: 0, undecided: 0 });
      await (await store.open(key)).close();
    });

    it('leaves everything for the next sweep when the references cannot be read', async () => {
      const { key } = await stage(randomBytes(10));
      await store.publish(key);
      const failing = () => Promise.reject(new Error('no database'));
      await expect(store.sweep({ olderThanMs: 0, references: failing })).rejects.toThrow('no database');
      await (await store.open(key)).close();
      await store.sweep({ olderThanMs: 0, references: answer() });
      expect(await harness.count(store)).toBe(0);
    });

    it('is safe to run concurrently', async () => {
      const kept = await stage(randomBytes(10));
      await store.publish(kept.key);
      for (let other = 0; other < 10; other++) await stage(randomBytes(10));
      const beside = await harness.openAgain(store);
      const options = { olderThanMs: 0, references: answer([kept.key]) };
      await Promise.all([store.sweep(options), beside.sweep(options)]);
      expect(await harness.count(store)).toBe(1);
      await (await store.open(kept.key)).close();
    });
  });
}
