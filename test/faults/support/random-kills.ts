import { setTimeout as sleep } from 'node:timers/promises';
import { between } from './files.js';
import { type Supervised } from './supervised.js';

/** Longer than the database keeps the session of an unresponsive leader. */
const FROZEN_MS = 6000;

/** Kills writers and sequencers at random, and sometimes freezes a sequencer. */
export class RandomKills {
  writers = 0;
  sequencers = 0;
  freezes = 0;

  constructor(
    private readonly processes: {
      readonly writers: readonly Supervised[];
      readonly sequencers: readonly Supervised[];
    },
    private readonly everyMs: number,
  ) {}

  /** Runs until it is stopped. Rejects if a process died that was not killed here. */
  async go(stopping: AbortSignal): Promise<void> {
    const { writers, sequencers } = this.processes;
    while (await pause(between(this.everyMs / 2, this.everyMs * 1.5), stopping)) {
      const chance = between(1, 10);
      if (chance <= 5) {
        await oneOf(writers).replace();
        this.writers += 1;
      } else if (chance <= 8) {
        await oneOf(sequencers).replace();
        this.sequencers += 1;
      } else await this.freeze(oneOf(sequencers));
    }
  }

  /** As with a suspended machine: the process resumes later and believes that it still leads. */
  private async freeze(sequencer: Supervised): Promise<void> {
    sequencer.signal('SIGSTOP');
    this.freezes += 1;
    await sleep(FROZEN_MS);
    sequencer.signal('SIGCONT');
  }
}

function oneOf(processes: readonly Supervised[]): Supervised {
  const chosen = processes[between(0, processes.length - 1)];
  if (!chosen) throw new Error('There is no process to kill');
  return chosen;
}

async function pause(ms: number, stopping: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
  return !stopping.aborted;
}
