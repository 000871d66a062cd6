import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplicationContext } from '@nestjs/common';
import { type Client } from 'pg';
import { Clock } from '#libs/kernel';
import { LogSigners } from '../../libs/audit/src/sequencer/log-signers.js';
import { SealingRepository } from '../../libs/audit/src/sequencer/sealing.repository.js';
import { SequencerConnections } from '../../libs/audit/src/sequencer/sequencer-connections.js';
import { type OpenLog, openLog } from '../support/open-log.js';
import {
  faultsOfLog,
  progressOf,
  sealAll,
  type SealingParts,
  type SealingHarness,
  sequencerOf,
  writeEntries,
} from '../support/sealing.js';

let log: OpenLog;
let owner: Client;
let harness: SealingHarness;
let context: INestApplicationContext;

beforeEach(async () => {
  log = await openLog();
  ({ owner, harness, context } = log);
});
afterEach(() => log.close());

class Died extends Error {}

const die = (): never => {
  throw new Died();
};

class DiesBeforeTheBatch extends SealingRepository {
  override append = async (): Promise<void> => die();
}

class DiesWithinTheBatch extends SealingRepository {
  override async append(...batch: Parameters<SealingRepository['append']>): Promise<void> {
    await super.append(...batch);
    die();
  }
}

/** Keeps the transaction of its batch open until it is thawed. */
class FreezesWithinTheBatch extends SealingRepository {
  readonly frozen = Promise.withResolvers<void>();
  readonly thawed = Promise.withResolvers<void>();

  override async append(...batch: Parameters<SealingRepository['append']>): Promise<void> {
    await super.append(...batch);
    this.frozen.resolve();
    await this.thawed.promise;
  }
}

class DiesBeforeTheCheckpoint extends SealingRepository {
  override publish = async (): Promise<void> => die();
}

class DiesWithTheCheckpoint extends SealingRepository {
  override async publish(...checkpoint: Parameters<SealingRepository['publish']>): Promise<void> {
    await super.publish(...checkpoint);
    die();
  }
}

class DiesBeforeTheAnchor extends LogSigners {
  override forOrigin = (): never => die();
}

class DiesAfterTheAnchor extends Clock {
  override now = (): never => die();
}

/** Where the sequencer dies, and how many of the next batch of 3 are sealed then. */
const DEATHS: Array<[string, SealingParts, number]> = [
  ['before the batch', { repository: (uow) => new DiesBeforeTheBatch(uow) }, 0],
  ['within the batch', { repository: (uow) => new DiesWithinTheBatch(uow) }, 0],
  ['after the batch, before the anchor', { signers: (from) => new DiesBeforeTheAnchor(from) }, 3],
  ['after the anchor, before the signature has a time', { clock: new DiesAfterTheAnchor() }, 3],
  ['before the checkpoint', { repository: (uow) => new DiesBeforeTheCheckpoint(uow) }, 3],
  ['while the checkpoint commits', { repository: (uow) => new DiesWithTheCheckpoint(uow) }, 3],
];

describe('a sequencer that fails', () => {
  it.each(DEATHS)('%s leaves a log that the next sequencer continues', async (_, parts, sealed) => {
    await writeEntries(context, 2);
    await sealAll(sequencerOf(context));
    await writeEntries(context, 3);
    await expect(sequencerOf(context, parts).run()).rejects.toBeInstanceOf(Died);
    expect(await progressOf(owner)).toEqual({ entries: 5, sealed: 2 + sealed, published: 2 });
    // The next process has only the tables and the anchor, and finds new entries.
    await writeEntries(context, 1);
    await sealAll(sequencerOf(await harness.process()));
    expect(await progressOf(owner)).toEqual({ entries: 6, sealed: 6, published: 6 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it.each(DEATHS)('%s can recover and continue', async (_, parts) => {
    const dying = sequencerOf(context, parts);
    const well = sequencerOf(context);
    for (let round = 0; round < 3; round++) {
      await writeEntries(context, 2);
      await dying.run().catch(() => undefined);
      await dying.run().catch(() => undefined);
      await writeEntries(context, 1);
      await sealAll(well);
    }
    expect(await progressOf(owner)).toEqual({ entries: 9, sealed: 9, published: 9 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('publishes on its next run what it could not publish, without a new entry', async () => {
    const clock = new Clock();
    const sequencer = sequencerOf(context, { clock });
    await writeEntries(context, 2);
    clock.now = die;
    await expect(sequencer.run()).rejects.toBeInstanceOf(Died);
    clock.now = () => new Date('2026-01-01T00:00:00Z');
    await sealAll(sequencer);
    expect(await progressOf(owner)).toEqual({ entries: 2, sealed: 2, published: 2 });
  });

  it('blocks the next batch only until its session times out when it is frozen within the batch', async () => {
    await writeEntries(context, 2);
    const repository = new FreezesWithinTheBatch(context.get(SequencerConnections, { strict: false }).uow);
    const freezing = sequencerOf(context, { repository: () => repository });
    const late = freezing.run().catch((error: unknown) => error);
    await repository.frozen.promise;
    const next = sequencerOf(await harness.process());
    const begun = performance.now();
    while ((await progressOf(owner)).published < 2) await next.run().catch(() => sleep(100));
    // Its session is terminated after two seconds; the general limit of idle transactions is ten.
    expect(performance.now() - begun).toBeLessThan(8000);
    repository.thawed.resolve();
    expect(await late).toBeInstanceOf(Error);
    await sealAll(next);
    expect(await faultsOfLog(owner)).toEqual([]);
  });
});
