import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { InsufficientStorageError, UnavailableError } from '#libs/kernel';
import { DiskBlobStore } from '../../libs/storage/src/disk/disk-blob-store.js';
import { expectFailure } from '../../libs/storage/src/testing/blob-assertions.js';
import { SmallDisk, whyNoSmallDisk } from '../faults/support/small-disk.js';

const MIB = 1024 ** 2;
const OPTIONS = { maxBytes: 64 * MIB, idleTimeoutMs: 5000 };
const impossible = whyNoSmallDisk();

(impossible ? describe.skip : describe)(
  `a store on a disk of 8 MiB${impossible ? ` (skipped: ${impossible})` : ''}`,
  () => {
    let disk: SmallDisk;
    let store: DiskBlobStore;

    beforeEach(async () => {
      disk = SmallDisk.mount(mkdtempSync(join(tmpdir(), 'vt-disk-')), 8);
      store = new DiskBlobStore({ directory: join(disk.path, 'blobs'), minFreeBytes: 0 });
      store.bind(await store.initialise(randomUUID()));
    });

    afterEach(() => {
      execFileSync('umount', [disk.path]);
      rmdirSync(disk.path);
    });

    const stage = (size: number) =>
      store.stage(
        Readable.from(
          (function* () {
            for (let left = size; left > 0; left -= 64 * 1024) yield randomBytes(Math.min(left, 64 * 1024));
          })(),
        ),
        OPTIONS,
      );

    it('refuses an upload that does not fit, removes its partial file, and continues', async () => {
      const { key } = await stage(2 * MIB);
      await store.publish(key);
      await store.settle(key);
      await expectFailure(stage(20 * MIB), InsufficientStorageError);
      expect(readdirSync(join(disk.path, 'blobs/staging'))).toEqual([]);
      const fitting = await Promise.allSettled([stage(3 * MIB), stage(3 * MIB), stage(3 * MIB)]);
      expect(fitting.map(({ status }) => status)).toContain('rejected');
      await (await store.open(key)).close();
      await store.check();
    });

    it('is ready and serves files while the disk is full', async () => {
      const { key, sha256 } = await stage(MIB);
      await store.publish(key);
      disk.fillUpTo(0);
      await expectFailure(stage(100_000), InsufficientStorageError);
      const blob = await store.open(key);
      expect(await blob.digest()).toBe(sha256);
      await blob.close();
      await store.check();
      disk.release();
      await stage(MIB);
    });

    it('is not ready but serves files while it is read-only', async () => {
      const { key } = await stage(MIB);
      await store.publish(key);
      execFileSync('mount', ['-o', 'remount,ro', disk.path]);
      await expectFailure(store.check(), UnavailableError);
      await expectFailure(stage(1000), UnavailableError);
      await (await store.open(key)).close();
      execFileSync('mount', ['-o', 'remount,rw', disk.path]);
      await store.check();
      await stage(1000);
    });
  },
);
