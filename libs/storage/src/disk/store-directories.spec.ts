import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#libs/kernel';
import { StoreDirectories } from './store-directories.js';

/** A key whose directory is `<aa>/<bb>`. */
const keyIn = (place: string): string => newId().slice(0, -4) + place.replace('/', '');

describe('the directories of a store', () => {
  const roots: string[] = [];

  async function storeWith(...places: string[]): Promise<{ root: string; directories: StoreDirectories }> {
    const root = await mkdtemp(join(tmpdir(), 'vt-layout-'));
    roots.push(root);
    for (const place of places) await mkdir(join(root, place), { recursive: true });
    return { root, directories: new StoreDirectories(root) };
  }

  afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

  it('are created with private permissions when a key needs one', async () => {
    const { root, directories } = await storeWith();
    const key = keyIn('ab/cd');
    expect(directories.isDurable(key)).toBe(false);
    await directories.ensureDurable(key);
    expect(directories.isDurable(key)).toBe(true);
    expect((await stat(join(root, 'ab', 'cd'))).mode & 0o777).toBe(0o700);
    expect(await readdir(root)).toEqual(['ab']);
  });

  it('are created before they are durable, and reported only when durable', async () => {
    const { root, directories } = await storeWith();
    await directories.create(keyIn('ab/cd'));
    expect(await readdir(join(root, 'ab'))).toEqual(['cd']);
    expect(directories.isDurable(keyIn('ab/cd'))).toBe(false);
  });

  it('are listed at once when a process opens an existing store', async () => {
    const { directories } = await storeWith('ab/00', 'ab/01', 'ab/ff', 'cd/00');
    await directories.ensureDurable(keyIn('ab/01'));
    const known = ['ab/00', 'ab/01', 'ab/ff', 'ab/02', 'cd/00'].filter((place) =>
      directories.isDurable(keyIn(place)),
    );
    expect(known).toEqual(['ab/00', 'ab/01', 'ab/ff']);
  });

  it('are not assumed durable when another process created them later', async () => {
    const { root, directories } = await storeWith('ab/00');
    await directories.ensureDurable(keyIn('ab/00'));
    await mkdir(join(root, 'ab/01'));
    await directories.ensureDurable(keyIn('ab/02'));
    expect(directories.isDurable(keyIn('ab/01'))).toBe(false);
    await directories.ensureDurable(keyIn('ab/01'));
    expect(directories.isDurable(keyIn('ab/01'))).toBe(true);
  });

  it('are created again after an invalidation', async () => {
    const { root, directories } = await storeWith('ab/00', 'ab/01');
    await directories.ensureDurable(keyIn('ab/00'));
    await directories.create(keyIn('ab/02'));
    await rm(join(root, 'ab'), { recursive: true });
    directories.invalidate();
    expect(directories.isDurable(keyIn('ab/01'))).toBe(false);
    await directories.ensureDurable(keyIn('ab/01'));
    await directories.ensureDurable(keyIn('ab/02'));
    expect((await readdir(join(root, 'ab'))).sort()).toEqual(['01', '02']);
    expect(directories.isDurable(keyIn('ab/00'))).toBe(false);
  });

  it('are listed at once again when the store returns after an invalidation', async () => {
    const { directories } = await storeWith('ab/00', 'ab/01', 'ab/ff');
    await directories.ensureDurable(keyIn('ab/00'));
    directories.invalidate();
    await directories.ensureDurable(keyIn('ab/01'));
    const known = ['ab/00', 'ab/01', 'ab/ff'].filter((place) => directories.isDurable(keyIn(place)));
    expect(known).toEqual(['ab/00', 'ab/01', 'ab/ff']);
  });
});
