import { randomBytes, randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { PayloadTooLargeError, RequestTimeoutError, UnavailableError } from '#libs/kernel';
import { type BlobStore, type StageOptions } from '../blob-store.js';
import { collect, expectFailure, readAll, sha256 } from './blob-assertions.js';
import { type BlobStoreHarness, GENEROUS } from './blob-store-harness.js';
import { describeSweeping } from './sweeping.contract.js';

const KIB = 1024;

/** The contract of all adapters. Call it inside a `describe` of the adapter's spec. */
export function describeBlobStoreContract(harness: BlobStoreHarness): void {
  let store: BlobStore;

  beforeEach(async () => {
    store = await harness.create();
    store.bind(await store.initialise(randomUUID()));
  });
  afterAll(() => harness.dispose());

  const stage = (bytes: Buffer, options: Partial<StageOptions> = {}) =>
    store.stage(Readable.from(slices(bytes)), { ...GENEROUS, ...options });

  describe('identity', () => {
    it('is null before initialisation', async () => {
      expect(await (await harness.create()).identity()).toBeNull();
    });

    it('keeps the first id when other processes initialise later or concurrently', async () => {
      const fresh = await harness.create();
      const [one, other] = await Promise.all([
        fresh.initialise(randomUUID()),
        fresh.initialise(randomUUID()),
      ]);
      expect(one).toBe(other);
      expect(await fresh.initialise(randomUUID())).toBe(one);
      expect(await fresh.identity()).toBe(one);
    });

    it('stages and publishes nothing and fails its check while it is bound to a different id', async () => {
      const { key } = await stage(randomBytes(10));
      store.bind(randomUUID());
      await expectFailure(stage(randomBytes(10)), UnavailableError);
      await expectFailure(store.publish(key), UnavailableError);
      await expectFailure(store.check(), UnavailableError);
    });

    it('passes its check', async () => {
      await store.check();
      expect(await harness.count(store)).toBe(0);
    });
  });

  describe('staging', () => {
    it.each([0, 1, 8191, 8193, 256 * KIB, 3 * 1024 * KIB + 17])(
      'keeps %i bytes as they were',
      async (length) => {
        const bytes = randomBytes(length);
        const staged = await stage(bytes);
        expect(staged.size).toBe(length);
        expect(staged.sha256).toBe(sha256(bytes));
        expect(staged.head.equals(bytes.subarray(0, 8192))).toBe(true);
        expect(staged.tail.equals(bytes.subarray(-66 * KIB))).toBe(true);
        const blob = await store.openStaged(staged.key);
        expect(await blob.digest()).toBe(staged.sha256);
        expect((await readAll(blob)).equals(bytes)).toBe(true);
      },
    );

    it('frees chunks only on request, and only chunks that own their memory', async () => {
      const chunks = () => [
        Buffer.alloc(64 * KIB, 1),
        Buffer.alloc(100 * KIB, 2).subarray(KIB),
        Buffer.alloc(70, 3),
      ];
      const [kept, freed] = [chunks(), chunks()];
      const lengths = kept.map((chunk) => chunk.length);
      const one = await store.stage(Readable.from(kept), GENEROUS);
      const other = await store.stage(Readable.from(freed), { ...GENEROUS, releaseChunks: true });
      expect(other.sha256).toBe(one.sha256);
      expect(kept.map((chunk) => chunk.length)).toEqual(lengths);
      expect(freed.map((chunk) => chunk.length)).toEqual([0, ...lengths.slice(1)]);
    });

    it('accepts exactly the limit and stops reading one byte beyond it', async () => {
      expect((await stage(randomBytes(100 * KIB), { maxBytes: 100 * KIB })).size).toBe(100 * KIB);
      let produced = 0;
      const endless = Readable.from(
        (function* () {
          for (;;) {
            produced += 64 * KIB;
            yield Buffer.alloc(64 * KIB);
          }
        })(),
      );
      await expectFailure(store.stage(endless, { ...GENEROUS, maxBytes: 1024 * KIB }), PayloadTooLargeError);
      expect(produced).toBeLessThan(4 * 1024 * KIB);
      expect(endless.destroyed).toBe(true);
      expect(await harness.count(store)).toBe(1);
    });

    it('applies backpressure to the source', async () => {
      const source = new PassThrough({ highWaterMark: 16 * KIB });
      const staging = store.stage(source, GENEROUS);
      const chunk = Buffer.alloc(64 * KIB);
      for (let sent = 0; sent < 8; sent++) {
        if (!source.write(chunk)) await new Promise((resolve) => source.once('drain', resolve));
      }
      source.end();
      expect((await staging).size).toBe(8 * 64 * KIB);
    });

    it('times out on a source that sends nothing', async () => {
      const source = new PassThrough();
      source.write('a few bytes');
      await expectFailure(store.stage(source, { ...GENEROUS, idleTimeoutMs: 50 }), RequestTimeoutError);
      expect(source.destroyed).toBe(true);
      expect(await harness.count(store)).toBe(0);
    });

    it('times out on a source that trickles', async () => {
      const source = new PassThrough();
      const trickle = setInterval(() => source.write('x'), 10);
      await expectFailure(store.stage(source, { ...GENEROUS, idleTimeoutMs: 100 }), RequestTimeoutError);
      clearInterval(trickle);
    });

    it('accepts a source that is slow but makes progress', async () => {
      const [parts, everyMs] = [10, 100];
      const slow = Readable.from(
        (async function* () {
          for (let part = 0; part < parts; part++) {
            await sleep(everyMs);
            yield Buffer.alloc(KIB, part);
          }
        })(),
      );
      // Shorter than the whole upload, and long enough for one part on a busy machine.
      const idleTimeoutMs = (parts - 2) * everyMs;
      expect((await store.stage(slow, { ...GENEROUS, idleTimeoutMs })).size).toBe(parts * KIB);
    });

    it('removes the entry when the source fails, and passes its error on', async () => {
      const source = new PassThrough();
      source.write(randomBytes(300 * KIB));
      setTimeout(() => source.destroy(new Error('the client went away')), 20);
      await expect(store.stage(source, GENEROUS)).rejects.toThrow('the client went away');
      expect(await harness.count(store)).toBe(0);
    });

    it('removes the entry when the source failed before', async () => {
      const source = new PassThrough();
      source.destroy(new Error('too late'));
      await expect(store.stage(source, GENEROUS)).rejects.toThrow();
      expect(await harness.count(store)).toBe(0);
    });

    it('removes the entry when it is aborted before or during the upload', async () => {
      const reason = new Error('enough');
      await expect(stage(randomBytes(10), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const staging = store.stage(new PassThrough(), { ...GENEROUS, signal: controller.signal });
      setTimeout(() => controller.abort(reason), 20);
      await expect(staging).rejects.toBe(reason);
      expect(await harness.count(store)).toBe(0);
    });

    it('stages concurrent uploads separately', async () => {
      const all = Array.from({ length: 20 }, () => randomBytes(200 * KIB));
      const staged = await Promise.all(all.map((bytes) => stage(bytes)));
      expect(staged.map((blob) => blob.sha256)).toEqual(all.map(sha256));
      expect(new Set(staged.map((blob) => blob.key)).size).toBe(20);
    });
  });

  describe('publishing', () => {
    it('serves what was published, whole and in ranges', async () => {
      const bytes = randomBytes(700 * KIB);
      const { key } = await stage(bytes);
      await store.publish(key);
      await store.settle(key);
      expect(await harness.count(store)).toBe(1);
      const blob = await store.open(key);
      expect(blob.size).toBe(bytes.length);
      const read = async (start: number, end: number) => collect(blob.stream({ start, end }));
      expect((await read(0, 0)).equals(bytes.subarray(0, 1))).toBe(true);
      expect((await read(300_000, 699_999)).equals(bytes.subarray(300_000, 700_000))).toBe(true);
      expect((await blob.bytes(bytes.length - 5, 100)).equals(bytes.subarray(-5))).toBe(true);
      expect(await collect(blob.stream())).toHaveLength(bytes.length);
      await blob.close();
    });

    it('rejects with UnavailableError for a blob that is only staged', async () => {
      const { key } = await stage(randomBytes(10));
      await expectFailure(store.open(key), UnavailableError);
      await expectFailure(store.open(randomUUID()), UnavailableError);
    });

    it('is idempotent, as are settling and discarding', async () => {
      const { key } = await stage(randomBytes(10));
      await store.publish(key);
      await store.publish(key);
      await store.settle(key);
      await store.settle(key);
      await (await store.open(key)).close();
      await store.discard(key);
      await store.discard(key);
      expect(await harness.count(store)).toBe(0);
    });

    it('fails for a discarded blob', async () => {
      const { key } = await stage(randomBytes(10));
      await store.discard(key);
      await expectFailure(store.publish(key), UnavailableError);
    });

    it('keeps an open blob readable while it is discarded', async () => {
      const bytes = randomBytes(100 * KIB);
      const { key } = await stage(bytes);
      await store.publish(key);
      const blob = await store.open(key);
      await store.discard(key);
      expect((await readAll(blob)).equals(bytes)).toBe(true);
    });
  });

  describeSweeping(harness, () => store);
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 64 * KIB) yield bytes.subarray(start, start + 64 * KIB);
}
