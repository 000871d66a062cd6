import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = 64 * 1024;

/** The reason why no file system of a limited size can be mounted here, or null. Tries to mount one. */
export function whyNoSmallDisk(): string | null {
  if (process.platform !== 'linux') return 'needs a tmpfs, which only Linux has';
  const probe = mkdtempSync(join(tmpdir(), 'veritrail-fault-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'pipe' });
    execFileSync('umount', [probe], { stdio: 'pipe' });
    return null;
  } catch {
    return 'needs root and the right to mount a tmpfs';
  } finally {
    rmdirSync(probe);
  }
}

/** A file system in memory with this many MiB. The sandbox unmounts it. */
export class SmallDisk {
  private readonly balloon: string;

  private constructor(readonly path: string) {
    this.balloon = join(path, 'balloon');
  }

  static mount(path: string, sizeMiB: number): SmallDisk {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0755`, 'tmpfs', path]);
    chmodSync(path, 0o755);
    return new SmallDisk(path);
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Fills the disk except for this many bytes. */
  fillUpTo(leaveBytes: number): void {
    const file = openSync(this.balloon, 'a');
    try {
      const block = Buffer.alloc(BLOCK);
      while (this.freeBytes() - BLOCK >= leaveBytes) writeSync(file, block);
      const rest = this.freeBytes() - leaveBytes;
      if (rest > 0) writeSync(file, block.subarray(0, rest));
    } finally {
      closeSync(file);
    }
  }

  /** Frees the space that `fillUpTo` took. */
  release(): void {
    rmSync(this.balloon, { force: true });
  }
}
