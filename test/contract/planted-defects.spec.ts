import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLANTED } from '../faults/support/planted.js';

const root = join(__dirname, '../..');

describe('the defects that the fault experiments have to find', () => {
  it.each(Object.entries(PLANTED))(
    '%s: its text occurs once in the build output',
    (_, { file, from, to }) => {
      const parts = readFileSync(join(root, 'dist', file), 'utf8').split(from);
      expect(parts).toHaveLength(2);
      expect(to).not.toBe(from);
    },
  );

  it('exist for every experiment', () => {
    const experiments = readdirSync(join(root, 'test/faults'))
      .flatMap((name) => /^([fjl]\d+)-.*\.fault-spec\.ts$/.exec(name)?.[1] ?? [])
      .map((name) => name.toUpperCase());
    expect(Object.keys(PLANTED).toSorted()).toEqual(experiments.toSorted());
  });
});
