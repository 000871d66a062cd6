import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, rmSync, watch } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { InsufficientStorageError, UnavailableError } from '#libs/kernel';
import { type BlobStore } from '../blob-store.js';
import { expectFailure } from '../testing/blob-assertions.js';
import { describeBlobStoreContract } from '../testing/blob-store.contract.js';
import { DiskBlobStore } from './disk-blob-store.js';

const OPTIONS = { maxBytes: 1024 ** 2, idleTimeoutMs: 5000 };

describe('DiskBlobStore', () => {
  const folders: string[] = [];
  const folderOf = new Map<BlobStore, string>();

  async function create(minFreeBytes = 0): Promise<DiskBlobStore> {
    const folder = await mkdtemp(join(tmpdir(), 'vt-storage-'));
    folders.push(folder);
    return open(join(folder, 'blobs'), minFreeBytes);
  }

  function open(directory: string, minFreeBytes = 0): DiskBlobStore {
    const store = new DiskBlobStore({ directory, minFreeBytes });
    folderOf.set(store, directory);
    return store;
  }

  async function ready(minFreeBytes = 0): Promise<{ store: DiskBlobStore; directory: string }> {
    const store = await create(minFreeBytes);
    store.bind(await store.initialise(randomUUID()));
    return { store, directory: folderOf.get(store) ?? '' };
  }

  const dispose = () => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));

  describeBlobStoreContract({
    create: () => create(),
    openAgain: async (store) => {
      const other = open(folderOf.get(store) ?? '');
      other.bind((await other.identity()) ?? '');
      return other;
    },
    count: async (store) => {
      const files = await readdir(folderOf.get(store) ?? '', { recursive: true, withFileTypes: true });
      const inodes = files
        .filter((file) => file.isFile() && file.name !== '.veritrail-store')
        .map(async (file) => (await stat(join(file.parentPath, file.name))).ino);
      return new Set(await Promise.all(inodes)).size;
    },
    dispose: async () => void (await dispose()),
  });

  const stage = (store: BlobStore) => store.stage(Readable.from([randomBytes(2000)]), OPTIONS);

  describe('and its folder', () => {
    afterAll(dispose);

    it('stores staged bytes privately and read-only', async () => {
      const { store, directory } = await ready();
      const { key } = await stage(store);
      await store.publish(key);
      const published = join(directory, key.slice(-4, -2), key.slice(-2), key);
      expect((await stat(published)).mode & 0o777).toBe(0o400);
      expect((await stat(published)).nlink).toBe(2);
      expect((await stat(join(directory, 'staging'))).mode & 0o777).toBe(0o700);
      await store.settle(key);
      expect((await stat(published)).nlink).toBe(1);
    });

    it('refuses uploads below the watermark and still serves downloads', async () => {
      const { store, directory } = await ready();
      const { key } = await stage(store);
      await store.publish(key);
      const full = open(directory, Number.MAX_SAFE_INTEGER);
      full.bind((await full.identity()) ?? '');
      await expectFailure(stage(full), InsufficientStorageError);
      await (await full.open(key)).close();
      await full.check();
    });

    it('detects a missing folder, and creates nothing in its place', async () => {
      const { store, directory } = await ready();
      const { key } = await stage(store);
      await store.publish(key);
      await rename(directory, `${directory}.away`);
      await expectFailure(store.check(), UnavailableError);
      await expectFailure(stage(store), UnavailableError);
      await expectFailure(store.open(key), UnavailableError);
      await expectFailure(store.publish(key), UnavailableError);
      expect(existsSync(directory)).toBe(false);
      expect(await store.identity()).toBeNull();
      await rename(`${directory}.away`, directory);
      await store.check();
      await (await store.open(key)).close();
    });

    it('detects an empty folder in place of its own', async () => {
      const { store, directory } = await ready();
      await rename(directory, `${directory}.away`);
      await mkdir(join(directory, 'staging'), { recursive: true });
      await expectFailure(store.check(), UnavailableError);
      await expectFailure(stage(store), UnavailableError);
      expect(await readdir(join(directory, 'staging'))).toEqual([]);
    });

    it('detects a different store in place of its own', async () => {
      const { store, directory } = await ready();
      const other = await ready();
      await rename(directory, `${directory}.away`);
      await rename(other.directory, directory);
      await expectFailure(store.check(), UnavailableError);
      await expectFailure(stage(store), UnavailableError);
    });

    it('publishes and creates nothing in a different store', async () => {
      const { store, directory } = await ready();
      const second = open(directory);
      second.bind((await second.identity()) ?? '');
      const { key } = await stage(store);
      const other = await ready();
      await rename(directory, `${directory}.away`);
      await rename(other.directory, directory);
      // One knows the directory of the key, the other must look for it.
      await expectFailure(store.publish(key), UnavailableError);
      await expectFailure(second.publish(key), UnavailableError);
      expect((await readdir(directory)).sort()).toEqual(['.veritrail-store', 'staging']);
      await rename(directory, other.directory);
      await rename(`${directory}.away`, directory);
      await second.publish(key);
      await (await store.open(key)).close();
    });

    it('distinguishes a damaged marker from a missing marker', async () => {
      const { store, directory } = await ready();
      await writeFile(join(directory, '.veritrail-store'), 'nonsense');
      await expectFailure(store.identity(), UnavailableError);
      await expectFailure(store.initialise(randomUUID()), UnavailableError);
    });

    it('answers 503 when the folder is not writable', async () => {
      if (process.getuid?.() === 0) return; // Root writes everywhere; test/integration has a read-only mount for it.
      const { store, directory } = await ready();
      await chmod(join(directory, 'staging'), 0o500);
      await expectFailure(store.check(), UnavailableError);
      await expectFailure(stage(store), UnavailableError);
      await chmod(join(directory, 'staging'), 0o700);
    });

    it('fails once, then recreates a directory that was removed externally', async () => {
      const { store, directory } = await ready();
      const { key } = await stage(store);
      await store.publish(key);
      await unlink(join(directory, key.slice(-4, -2), key.slice(-2), key));
      await rm(join(directory, key.slice(-4, -2)), { recursive: true });
      await expectFailure(store.publish(key), UnavailableError);
      await store.publish(key);
    });

    it('removes probe files of a killed process', async () => {
      const { store, directory } = await ready();
      await writeFile(join(directory, 'staging', `.probe-${randomUUID()}`), '');
      await store.sweep({
        olderThanMs: 0,
        references: async () => ({ referenced: new Set(), undecided: new Set() }),
      });
      expect(await readdir(join(directory, 'staging'))).toEqual([]);
    });

    it('tolerates that another sweep removes its probe file', async () => {
      const { store, directory } = await ready();
      const staging = join(directory, 'staging');
      let taken = 0;
      const other = watch(staging, (_, name) => {
        if (!name?.startsWith('.probe-') || !existsSync(join(staging, name))) return;
        rmSync(join(staging, name));
        taken += 1;
      });
      try {
        for (let sweeps = 0; taken < 5 && sweeps < 1000; sweeps += 1) {
          await store.sweep({
            olderThanMs: 0,
            references: async () => ({ referenced: new Set(), undecided: new Set() }),
          });
        }
        expect(taken).toBe(5);
      } finally {
        other.close();
      }
    });
  });
});
