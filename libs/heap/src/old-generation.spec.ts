import { SourceProgram } from '../../../test/support/source-program.js';

interface Collection {
  readonly before: number;
  readonly behind: number;
}

/** What a process tells that keeps its old generation near its content. */
async function collections(): Promise<Collection[]> {
  // With next to no young generation, which comes on top of what the old one may grow to.
  const env = { ...process.env, NODE_OPTIONS: '--max-semi-space-size=1' };
  const program = SourceProgram.start('test/fixtures/heap-under-load.ts', [], env);
  const { exitCode, output, errors } = await program.finish();
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
  return output.split('\n').map((line) => JSON.parse(line) as Collection);
}

describe('a heap that is kept near its content', () => {
  it('grows to twice of what is in use and no further, whatever the machine has, and no less when less is in use', async () => {
    const seen = await collections();
    const growth = seen.slice(1).map(({ before }, last) => before / seen[last]!.behind);
    expect(Math.max(...growth)).toBeLessThan(2.1);
    // Collections are not for nothing: at one and a half of what is in use they can be seen in the processor time.
    expect(Math.min(...growth)).toBeGreaterThan(1.9);
    expect(growth.length).toBeGreaterThan(5);
    expect(seen.at(-1)!.before).toBeLessThan(0.7 * seen[1]!.before);
  });
});
