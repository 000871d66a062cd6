import { randomUUID } from 'node:crypto';
import { link, open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { InsufficientStorageError, newId, syncDirectory, UnavailableError, withTimeout } from '#libs/kernel';
import {
  BlobStore,
  type OpenBlob,
  type StagedBlob,
  type StageOptions,
  type SweepOptions,
  type SweepReport,
} from '../blob-store.js';
import { StoreDirectories } from './store-directories.js';
import { errorCode, ifPresent, onDisk, storageError } from './disk-errors.js';
import { FreeSpace, freeBytesAt } from './free-space.js';
import { OpenFile } from './open-file.js';
import { CoalescedRun } from './coalesced-run.js';
import { StagingSweeper } from './staging-sweeper.js';
import { StagingWriter } from './staging-writer.js';
import { MarkerCache, readMarker, writeMarker } from './store-marker.js';

const PROBE_MODE = 0o600;
/** Read-only: only the process that created the file writes to it, through its open handle. */
const FINAL_MODE = 0o400;
const CHECK_TIMEOUT_MS = 2000;

export interface DiskBlobStoreOptions {
  /** Absolute path; created by `initialise`. Needs a file system with hard links. */
  readonly directory: string;
  readonly minFreeBytes: number;
}

/**
 * Stores blobs as files: `staging/<key>` during the upload, hard-linked to `<aa>/<bb>/<key>` when published. Every
 * name is durable before the next step relies on it, so a power loss has the same effect as `kill -9`.
 */
export class DiskBlobStore extends BlobStore {
  readonly place: string;
  private readonly directories: StoreDirectories;
  private readonly sweeper: StagingSweeper;
  private readonly marker: MarkerCache;
  private readonly space: FreeSpace;
  /** Syncs the staging directory for all uploads. */
  private readonly stagingSync: CoalescedRun;
  private bound: string | null = null;
  private checking: Promise<void> | null = null;

  constructor({ directory, minFreeBytes }: DiskBlobStoreOptions) {
    super();
    this.place = directory;
    this.directories = new StoreDirectories(directory);
    this.sweeper = new StagingSweeper(this.directories);
    this.marker = new MarkerCache(this.directories);
    this.space = new FreeSpace(() => freeBytesAt(this.directories.staging), minFreeBytes);
    this.stagingSync = new CoalescedRun(() => syncDirectory(this.directories.staging));
  }

  override identity(): Promise<string | null> {
    return onDisk(() => readMarker(this.directories));
  }

  override async initialise(id: string): Promise<string> {
    await onDisk(() => writeMarker(this.directories, id));
    const identity = await this.identity();
    if (identity === null)
      throw new UnavailableError('The document store disappeared while it was being created');
    return identity;
  }

  override bind(id: string): void {
    this.bound = id;
  }

  override async check(): Promise<void> {
    // A lost network mount may never respond: concurrent checks share one probe.
    this.checking ??= this.probe().finally(() => (this.checking = null));
    await withTimeout(this.checking, CHECK_TIMEOUT_MS, () => {
      throw new UnavailableError('The document store does not respond');
    });
  }

  override async stage(source: Readable, options: StageOptions): Promise<StagedBlob> {
    source.on('error', () => undefined);
    const key = newId();
    const path = this.directories.staged(key);
    try {
      await Promise.all([this.requireBound(), this.space.admitUpload()]);
      const file = await onDisk(() => open(path, 'wx', FINAL_MODE));
      try {
        const staged = await new StagingWriter(file, this.space).copy(source, options);
        await onDisk(async () => {
          // In this order the first sync also covers most of the work of the other two.
          await this.directories.create(key);
          await file.sync();
          await Promise.all([this.directories.ensureDurable(key), this.stagingSync.run()]);
        });
        return { key, ...staged };
      } catch (error) {
        // Best effort: the next sweep removes what a failing disk keeps.
        await unlink(path).catch(() => undefined);
        throw error;
      } finally {
        await file.close().catch(() => undefined);
      }
    } catch (error) {
      source.destroy();
      throw error;
    }
  }

  override openStaged(key: string): Promise<OpenBlob> {
    return OpenFile.at(this.directories.staged(key));
  }

  override async publish(key: string): Promise<void> {
    await onDisk(async () => {
      // A directory is created only in the bound store. If it exists already, the linked entry is proof enough: a
      // different store that was mounted here has no entry of that name.
      if (!this.directories.isDurable(key) || this.marker.known !== this.bound) await this.requireBound();
      await this.directories.ensureDurable(key);
      await this.linkToPlace(key);
      await syncDirectory(this.directories.directoryOf(key));
    });
  }

  override async settle(key: string): Promise<void> {
    await onDisk(() => ifPresent(unlink(this.directories.staged(key))));
  }

  override async discard(key: string): Promise<void> {
    await onDisk(async () => {
      // The entry is removed last, because it leads a sweep to the published file.
      const published = await ifPresent(unlink(this.directories.published(key)).then(() => true));
      if (published) await syncDirectory(this.directories.directoryOf(key));
      await ifPresent(unlink(this.directories.staged(key)));
    });
  }

  override open(key: string): Promise<OpenBlob> {
    return OpenFile.at(this.directories.published(key));
  }

  override async sweep(options: SweepOptions): Promise<SweepReport> {
    await this.requireBound();
    return this.sweeper.sweep(options);
  }

  private async linkToPlace(key: string): Promise<void> {
    const [from, to] = [this.directories.staged(key), this.directories.published(key)];
    try {
      await link(from, to);
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && (await sameFile(from, to))) return;
      this.directories.invalidate();
      throw error;
    }
  }

  private async requireBound(): Promise<void> {
    const identity = await onDisk(() => this.marker.id());
    if (this.bound === null || identity !== this.bound) {
      throw new UnavailableError('The document store is not the store that this database is bound to', {
        retryAfter: 5,
      });
    }
  }

  private async probe(): Promise<void> {
    await this.requireBound();
    const probe = join(this.directories.staging, `.probe-${randomUUID()}`);
    try {
      await (await open(probe, 'wx', PROBE_MODE)).close();
      await ifPresent(unlink(probe));
    } catch (error) {
      // A full store still serves downloads; uploads get 507.
      const failure = storageError(error);
      if (!(failure instanceof InsufficientStorageError)) throw failure;
    }
  }
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(a), stat(b)]);
  return one.ino === other.ino && one.dev === other.dev;
}
