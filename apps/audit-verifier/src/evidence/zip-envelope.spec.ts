import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broken, CannotCheck } from '#libs/log-check';
import { checkEnvelope } from './zip-envelope.js';

describe('the envelope of a ZIP file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-envelope-'));
  let zip: FileHandle;

  beforeEach(async () => {
    zip = await open(join(folder, 'sparse.zip'), 'w+');
  });
  afterEach(() => zip.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  it('of 4 GiB or more cannot be checked, and is not reported as broken', async () => {
    await zip.truncate(2 ** 32);
    await expect(checkEnvelope(zip, 'large.zip', [])).rejects.toThrow(
      new CannotCheck('large.zip has 4 GiB or more; unpack it and verify the folder'),
    );
    await zip.truncate(2 ** 32 - 1);
    await expect(checkEnvelope(zip, 'large.zip', [])).rejects.toBeInstanceOf(Broken);
  });
});
