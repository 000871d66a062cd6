import { type INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { Clock } from '#libs/kernel';
import { plantEntries } from '../support/audit-rows.js';
import { type OpenLog, openLog } from '../support/open-log.js';
import { type TestDatabase } from '../support/postgres.js';
import {
  faultsOfLog,
  progressOf,
  sealAll,
  type SealingHarness,
  sequencerOf,
  writeEntries,
} from '../support/sealing.js';

let log: OpenLog;
let owner: Client;
let harness: SealingHarness;
let context: INestApplicationContext;
let database: TestDatabase;

beforeEach(async () => {
  log = await openLog();
  ({ owner, harness, context, database } = log);
});
afterEach(() => log.close());

describe('the sequencer', () => {
  it('gives every entry its log index and publishes a checkpoint', async () => {
    const sequencer = sequencerOf(context);
    await writeEntries(context, 5);
    await sealAll(sequencer);
    expect(await progressOf(owner)).toEqual({ entries: 5, sealed: 5, published: 5 });
    await writeEntries(context, 3);
    await sealAll(sequencer);
    expect(await progressOf(owner)).toEqual({ entries: 8, sealed: 8, published: 8 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('publishes nothing when nothing happened', async () => {
    const sequencer = sequencerOf(context);
    await sealAll(sequencer);
    await sealAll(sequencer);
    expect(await progressOf(owner)).toEqual({ entries: 0, sealed: 0, published: 0 });
  });

  it('continues where another sequencer stopped, over more entries than one batch holds', async () => {
    await sealAll(sequencerOf(context));
    await plantEntries(
      owner,
      Array.from({ length: 5000 }, () => ({})),
    );
    const [first, second] = [sequencerOf(context), sequencerOf(context)];
    expect(await first.run()).toBe(2000);
    expect(await second.run()).toBe(2000);
    await sealAll(sequencerOf(context));
    expect(await progressOf(owner)).toEqual({ entries: 5000, sealed: 5000, published: 5000 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('creates leaves for entries of a release without leaves, and keeps their personal values separate', async () => {
    await plantEntries(
      owner,
      Array.from({ length: 2100 }, () => ({})),
    );
    await sealAll(sequencerOf(context));
    expect(await progressOf(owner)).toEqual({ entries: 2100, sealed: 2100, published: 2100 });
    expect(await faultsOfLog(owner)).toEqual([]);
    const { rows } = await owner.query(
      `SELECT count(*)::int AS n FROM audit.personal_values p JOIN audit.sealed_leaves s USING (entry_id)
       WHERE (convert_from(adopted_leaf, 'UTF8')::jsonb)->'personal'->>'commitment'
         = rtrim(translate(encode(sha256(p.salt || p.value), 'base64'), '+/', '-_'), '=')`,
    );
    expect(rows).toEqual([{ n: 2100 }]);
  });

  it('seals entries of a long transaction later, without blocking other entries', async () => {
    const late = new Client({ connectionString: database.ownerUrl });
    await late.connect();
    const sequencer = sequencerOf(context);
    await sealAll(sequencer);
    await late.query('BEGIN');
    await plantEntries(late, [{}]);
    for (const round of [1, 2, 3]) {
      await writeEntries(context, 2);
      await sealAll(sequencer);
      expect(await progressOf(owner)).toEqual({
        entries: 2 * round,
        sealed: 2 * round,
        published: 2 * round,
      });
    }
    await late.query('COMMIT');
    await late.end();
    // Also by a sequencer that never saw it running.
    await sealAll(sequencerOf(context));
    expect(await progressOf(owner)).toEqual({ entries: 7, sealed: 7, published: 7 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('ends its first scan of the log at the end that the log had when it began, however fast entries come', async () => {
    const late = new Client({ connectionString: database.ownerUrl });
    await late.connect();
    const sequencer = sequencerOf(context);
    await writeEntries(context, 2);
    await late.query('BEGIN');
    await plantEntries(late, [{}]);
    for (let call = 0; call < 5; call++) {
      await writeEntries(context, 1);
      await sequencer.run();
    }
    // Its identifier is lower than those of entries that are sealed already.
    await late.query('COMMIT');
    await late.end();
    await writeEntries(context, 1);
    await sequencer.run();
    expect(await progressOf(owner)).toEqual({ entries: 9, sealed: 9, published: 9 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('handles transactions that roll back, and savepoints', async () => {
    const sequencer = sequencerOf(context);
    await sealAll(sequencer);
    await owner.query('BEGIN');
    await plantEntries(owner, [{}]);
    await owner.query('SAVEPOINT one');
    await plantEntries(owner, [{}]);
    await owner.query('ROLLBACK TO one');
    await owner.query('SAVEPOINT two');
    await plantEntries(owner, [{}]);
    await sealAll(sequencerOf(context));
    await owner.query('COMMIT');
    await owner.query('BEGIN');
    await plantEntries(owner, [{}]);
    await owner.query('ROLLBACK');
    await sealAll(sequencer);
    expect(await progressOf(owner)).toEqual({ entries: 2, sealed: 2, published: 2 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('uses a jumping clock only in its signatures, and keeps the commit order whatever the time of an entry', async () => {
    const clock = new Clock();
    const sequencer = sequencerOf(context, { clock });
    const jumps = ['2031-01-01T00:00:00Z', '1999-12-31T23:59:59Z', '2026-06-01T12:00:00Z'];
    for (const jump of jumps) {
      clock.now = () => new Date(jump);
      await writeEntries(context, 3);
      await sealAll(sequencer);
    }
    // The clock of the writing process does not move an entry either.
    const writing = context.get<Clock>(Clock, { strict: false });
    for (const jump of jumps) {
      writing.now = () => new Date(jump);
      await writeEntries(context, 3);
      await sealAll(sequencer);
    }
    expect(await progressOf(owner)).toEqual({ entries: 18, sealed: 18, published: 18 });
    expect(await faultsOfLog(owner)).toEqual([]);
    const { rows } = await owner.query<{ year: string }>(
      `SELECT to_char(occurred_at, 'YYYY') AS year FROM audit.sealed_leaves JOIN audit.entries ON id = entry_id
       ORDER BY leaf_index OFFSET 9`,
    );
    expect(rows.map(({ year }) => year)).toEqual(
      jumps.flatMap((jump) => [jump, jump, jump]).map((jump) => jump.slice(0, 4)),
    );
  });

  it('builds one log, also when several run at the same time', async () => {
    const contexts = await Promise.all([harness.process(), harness.process(), harness.process()]);
    const sequencers = contexts.map((one) => sequencerOf(one));
    let writing = true;
    const sealing = sequencers.map(async (sequencer) => {
      // A second sequencer gets a database error, which the job logs.
      while (writing) await sequencer.run().catch(() => undefined);
    });
    await Promise.all(contexts.map((one) => writeEntries(one, 150)));
    writing = false;
    await Promise.all(sealing);
    await sealAll(sequencerOf(context));
    expect(await progressOf(owner)).toEqual({ entries: 450, sealed: 450, published: 450 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });
});
