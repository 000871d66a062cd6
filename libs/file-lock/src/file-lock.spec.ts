import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLock } from './index.js';

describe('FileLock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-lock-'));
  const path = join(folder, 'lock');

  afterAll(() => rmSync(folder, { recursive: true }));

  it('has one holder, and the next one after its release', async () => {
    const first = await FileLock.acquire(path, 0);
    expect(await FileLock.acquire(path, 100)).toBeUndefined();
    const next = FileLock.acquire(path, 30_000);
    first?.release();
    (await next)?.release();
    expect(await next).toBeInstanceOf(FileLock);
  });

  it('is an error where no file can be', async () => {
    await expect(FileLock.acquire(join(folder, 'missing', 'lock'), 0)).rejects.toThrow('unable to open');
  });
});
