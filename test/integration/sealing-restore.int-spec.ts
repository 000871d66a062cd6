import { renameSync } from 'node:fs';
import { type INestApplicationContext } from '@nestjs/common';
import { LogRecovery, SEALING } from '#libs/audit';
import { Metrics, StoppedWork } from '#libs/observability';
import { plantEntries } from '../support/audit-rows.js';
import { type TestDatabase } from '../support/postgres.js';
import {
  faultsOfLog,
  progressOf,
  sealAll,
  type SealingHarness,
  sequencerOf,
  writeEntries,
} from '../support/sealing.js';
import { asOwner, TestLogs } from '../support/test-logs.js';

const logs = new TestLogs();

afterEach(() => logs.close());

/** Writes and seals entries in a process that ends afterwards. */
async function grow(harness: SealingHarness, count: number): Promise<void> {
  const context = await harness.process();
  await writeEntries(context, count);
  await sealAll(sequencerOf(context));
  await harness.close();
}

/** Why sealing in this process is stopped; null when it seals. */
async function reasonToStop(context: INestApplicationContext): Promise<string | null> {
  const stopped = new StoppedWork(new Metrics());
  await sealAll(sequencerOf(context, { stopped }));
  return stopped.reasons.get(SEALING) ?? null;
}

describe('a database that was restored from a backup', () => {
  it('signs no second history: sealing stops and reports why, and writing goes on', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 300);
    const backup = await logs.database(original);
    await grow(harness, 5);
    const context = await logs.harness(backup, harness).process();
    await writeEntries(context, 2);
    expect(await reasonToStop(context)).toMatch(
      /^A checkpoint at size 305 was published, but this database has only 300 sealed entries: it was restored from a backup, or entries were deleted\./,
    );
    await writeEntries(context, 2);
    expect(await asOwner(backup, progressOf)).toEqual({ entries: 304, sealed: 300, published: 300 });
  });

  it('is detected even when it has grown beyond the published size', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 300);
    const backup = await logs.database(original);
    await grow(harness, 5);
    // An operator lets the backup continue with a new anchor.
    const recovering = await logs.harness(backup).process();
    await recovering.get<LogRecovery>(LogRecovery, { strict: false }).recover('an experiment');
    await writeEntries(recovering, 20);
    expect(await reasonToStop(recovering)).toBeNull();
    const context = await logs.harness(backup, harness).process();
    expect(await reasonToStop(context)).toMatch(
      /^The sealed entries do not match the published checkpoint at size 305: this database has a different history\./,
    );
  });

  it('continues by itself once the lost entries are back', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 3);
    const backup = await logs.database(original);
    await grow(harness, 2);
    expect(await reasonToStop(await logs.harness(backup, harness).process())).not.toBeNull();
    const context = await logs.harness(original, harness).process();
    await writeEntries(context, 1);
    expect(await reasonToStop(context)).toBeNull();
    expect(await asOwner(original, progressOf)).toEqual({ entries: 6, sealed: 6, published: 6 });
  });

  it('continues under another origin after an operator’s recorded decision', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 10);
    const backup = await logs.database(original);
    await grow(harness, 5);
    const sameName = await logs.harness(backup, harness).process();
    await expect(
      sameName.get<LogRecovery>(LogRecovery, { strict: false }).recover('restored'),
    ).rejects.toThrow(
      'Checkpoints of log.example.com/test were published that cover entries which this database does not have',
    );
    const renamed = await logs.harness(backup, harness).process({ LOG_ORIGIN: 'log.example.com/second' });
    expect(await reasonToStop(renamed)).toMatch(
      /^The log was published with the origin log.example.com\/test, but the configured origin is log.example.com\/second\./,
    );
    const recovery = renamed.get<LogRecovery>(LogRecovery, { strict: false });
    expect(await recovery.inspect()).toMatchObject({ size: 10, anchored: null, refusal: null });
    await recovery.recover('The disk burnt; the last five entries are lost.');
    expect(await reasonToStop(renamed)).toBeNull();
    await asOwner(backup, async (owner) => {
      expect(await progressOf(owner)).toEqual({ entries: 11, sealed: 11, published: 11 });
      expect(await faultsOfLog(owner)).toEqual([]);
      const { rows } = await owner.query(
        `SELECT actor_type, details FROM audit.entries WHERE action = 'audit.log_recovered'`,
      );
      expect(rows).toMatchObject([
        {
          actor_type: 'operator',
          details: {
            reason: 'The disk burnt; the last five entries are lost.',
            published: { origin: 'log.example.com/test', size: 10 },
            anchored: { origin: 'log.example.com/test', size: 15 },
          },
        },
      ]);
    });
    await expect(recovery.recover('again')).rejects.toThrow('nothing to recover');
  });
});

describe('a lost anchor', () => {
  it('stops sealing until an operator intervenes', async () => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 4);
    renameSync(harness.anchorDir, `${harness.anchorDir}.moved`);
    const context = await logs.harness(original, harness).process();
    await writeEntries(context, 1);
    expect(await reasonToStop(context)).toMatch(
      /there is no anchor, so the server cannot tell whether this database was restored from a backup/,
    );
    await context.get<LogRecovery>(LogRecovery, { strict: false }).recover('The volume was replaced.');
    expect(await reasonToStop(context)).toBeNull();
    expect(await asOwner(original, progressOf)).toEqual({ entries: 6, sealed: 6, published: 6 });
    expect(await asOwner(original, faultsOfLog)).toEqual([]);
  });
});

describe('rows that a database owner changed', () => {
  it.each([
    [
      'a leaf',
      `UPDATE audit.sealed_leaves SET leaf_hash = sha256('x') WHERE leaf_index = 2`,
      /rows were changed/,
    ],
    ['the end', `DELETE FROM audit.sealed_leaves WHERE leaf_index > 2`, /rows are missing/],
    [
      'the end, and its checkpoints',
      `DELETE FROM audit.checkpoints; DELETE FROM audit.sealing_progress; DELETE FROM audit.sealed_leaves WHERE leaf_index > 2`,
      /it was restored from a backup, or entries were deleted/,
    ],
  ])('stop sealing when they are %s', async (_, change, reason) => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 4);
    await asOwner(original, async (owner) => {
      for (const table of ['sealed_leaves', 'checkpoints', 'sealing_progress'])
        await owner.query(`ALTER TABLE audit.${table} DISABLE TRIGGER USER`);
      await owner.query(change);
    });
    const context = await logs.harness(original, harness).process();
    expect(await reasonToStop(context)).toMatch(reason);
    const recovery = context.get<LogRecovery>(LogRecovery, { strict: false });
    await expect(recovery.recover('it must go on')).rejects.toThrow(
      'Checkpoints of log.example.com/test were published',
    );
  });
});

describe('a dump in another cluster', () => {
  /** As if the transaction ids had been assigned by a cluster that is far ahead or far behind. */
  async function renumber(target: TestDatabase, xid: string, seen: string): Promise<void> {
    await asOwner(target, async (owner) => {
      for (const table of ['entries', 'sealing_progress'])
        await owner.query(`ALTER TABLE audit.${table} DISABLE TRIGGER USER`);
      await owner.query(`UPDATE audit.entries SET xid = $1`, [xid]);
      await owner.query(`UPDATE audit.sealing_progress SET cluster = 'another', seen = $1`, [seen]);
    });
  }

  it.each([
    ['whose transactions have numbers from the future', '999999999999', '999999999990:999999999990:'],
    ['whose transactions have numbers from the past', '700', '710:710:'],
  ])('is sealed to the last entry: a cluster %s', async (_, xid, seen) => {
    const original = await logs.database();
    const harness = logs.harness(original);
    await grow(harness, 5);
    await asOwner(original, (owner) => plantEntries(owner, [{}, {}, {}]));
    await renumber(original, xid, seen);
    const context = await logs.harness(original, harness).process();
    const sequencer = sequencerOf(context);
    await sealAll(sequencer);
    await writeEntries(context, 2);
    await sealAll(sequencer);
    await writeEntries(context, 2);
    await sealAll(sequencer);
    await writeEntries(context, 1);
    await sealAll(sequencerOf(context));
    expect(await asOwner(original, progressOf)).toEqual({ entries: 13, sealed: 13, published: 13 });
    expect(await asOwner(original, faultsOfLog)).toEqual([]);
  });
});
