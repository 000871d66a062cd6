import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { type References } from '../blob-store.js';
import { DiskBlobStore } from './disk-blob-store.js';

/** One step of some process; `which` picks among the blobs that can take it. */
const STEPS = [
  'stage',
  'publish',
  'commit',
  'commit and settle',
  'roll back',
  'roll back and discard',
  'sweep',
  'sweep, interrupted',
  'sweep, overtaken',
] as const;
type Step = { step: (typeof STEPS)[number]; which: number };
type State = 'staged' | 'publishing' | 'committed' | 'gone';

const stepsOf = (names: readonly Step['step'][], maxLength: number) =>
  fc.array(fc.record({ step: fc.constantFrom(...names), which: fc.nat(9) }), { maxLength });

/** The store and a model of the database: committed rows and running transactions. */
class Simulation {
  private readonly blobs = new Map<string, { state: State; content: string }>();
  private overtaking: Step[] = [];

  private constructor(
    readonly folder: string,
    private readonly store: DiskBlobStore,
    private readonly other: DiskBlobStore,
  ) {}

  static async create(): Promise<Simulation> {
    const folder = await mkdtemp(join(tmpdir(), 'vt-crash-'));
    const open = () => new DiskBlobStore({ directory: join(folder, 'blobs'), minFreeBytes: 0 });
    const simulation = new Simulation(folder, open(), open());
    const id = await simulation.store.initialise(randomUUID());
    simulation.store.bind(id);
    simulation.other.bind(id);
    return simulation;
  }

  async run({ step, which }: Step, overtaking: readonly Step[]): Promise<void> {
    switch (step) {
      case 'stage':
        return this.stage();
      case 'publish':
        return this.change('staged', which, async (key) => {
          // A transaction that cannot publish rolls back; a commit follows only a successful publish.
          this.set(key, 'publishing');
          await this.store.publish(key).catch(() => this.set(key, 'gone'));
        });
      case 'commit':
        return this.change('publishing', which, async (key) => this.set(key, 'committed'));
      case 'commit and settle':
        return this.change('publishing', which, async (key) => {
          this.set(key, 'committed');
          await this.store.settle(key);
        });
      case 'roll back':
        return this.change('publishing', which, async (key) => this.set(key, 'gone'));
      case 'roll back and discard':
        return this.change('publishing', which, async (key) => {
          this.set(key, 'gone');
          await this.store.discard(key);
        });
      default:
        this.overtaking = step === 'sweep, overtaken' ? [...overtaking] : [];
        await this.sweep(step === 'sweep, interrupted').catch(() => undefined);
    }
  }

  /** All processes crash: running transactions roll back. Then sweeps run until nothing is undecided. */
  async crashAndClean(): Promise<void> {
    for (const [key, { state }] of this.blobs) if (state !== 'committed') this.set(key, 'gone');
    this.overtaking = [];
    await this.sweep(false);
  }

  async expectWhatIsCommittedAndNothingElse(): Promise<void> {
    const committed = [...this.blobs].filter(([, { state }]) => state === 'committed');
    for (const [key, { content }] of committed) {
      const blob = await this.store.open(key);
      expect((await blob.bytes(0, 100)).toString()).toBe(content);
      await blob.close();
    }
    const files = await readdir(join(this.folder, 'blobs'), { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile() && !file.name.startsWith('.')).map(({ name }) => name);
    expect(names.sort()).toEqual(committed.map(([key]) => key).sort());
  }

  private async stage(): Promise<void> {
    const content = randomUUID();
    const options = { maxBytes: 100, idleTimeoutMs: 5000 };
    const { key } = await this.store.stage(Readable.from([Buffer.from(content)]), options);
    this.blobs.set(key, { state: 'staged', content });
  }

  private async sweep(interrupted: boolean): Promise<void> {
    await this.other.sweep({
      olderThanMs: 0,
      references: async (keys): Promise<References> => {
        await this.overtake();
        // Reads the locks of the database first and its rows second: other processes continue in between.
        const undecided = new Set(keys.filter((key) => this.blobs.get(key)?.state === 'publishing'));
        await this.overtake();
        if (interrupted) throw new Error('the sweeper died');
        const referenced = new Set(keys.filter((key) => this.blobs.get(key)?.state === 'committed'));
        await this.overtake();
        return { undecided, referenced };
      },
    });
  }

  private async overtake(): Promise<void> {
    const step = this.overtaking.shift();
    if (step) await this.run(step, []);
  }

  private async change(state: State, which: number, action: (key: string) => Promise<void>): Promise<void> {
    const candidates = [...this.blobs].filter(([, blob]) => blob.state === state);
    const chosen = candidates[which % Math.max(1, candidates.length)];
    if (chosen) await action(chosen[0]);
  }

  private set(key: string, state: State): void {
    const blob = this.blobs.get(key);
    if (blob) this.blobs.set(key, { ...blob, state });
  }
}

describe('crashes at any step, in any order', () => {
  it('keeps each committed blob intact and, after a sweep, nothing else', async () => {
    const overtakers = stepsOf(['stage', 'publish', 'commit', 'commit and settle', 'roll back'], 3);
    await fc.assert(
      fc.asyncProperty(stepsOf(STEPS, 25), overtakers, async (steps, overtaking) => {
        const simulation = await Simulation.create();
        try {
          for (const step of steps) await simulation.run(step, overtaking);
          await simulation.crashAndClean();
          await simulation.expectWhatIsCommittedAndNothingElse();
        } finally {
          await rm(simulation.folder, { recursive: true });
        }
      }),
      { numRuns: 120 },
    );
  }, 60_000);
});
