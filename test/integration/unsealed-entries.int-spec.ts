import { type INestApplicationContext } from '@nestjs/common';
import { type Client } from 'pg';
import { LogHealth } from '#libs/audit';
import { Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/postgres';
import { SealingMonitor } from '../../libs/audit/src/monitoring/sealing-monitor.js';
import { plantEntries } from '../support/audit-rows.js';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';
import { type OpenLog, openLog } from '../support/open-log.js';
import { faultsOfLog, progressOf, sealAll, sequencerOf, writeEntries } from '../support/sealing.js';

let log: OpenLog;
let owner: Client;
let context: INestApplicationContext;

beforeEach(async () => {
  log = await openLog();
  ({ owner, context } = log);
});
afterEach(() => log.close());

const progressRow = (size: string): string =>
  `INSERT INTO audit.sealing_progress (tree_size, cluster, seen)
   SELECT ${size}, system_identifier::text, pg_current_snapshot() FROM pg_control_system()`;

describe('an entry that the stored progress skips', () => {
  it('is sealed by the next sequencer, whatever a row within the log says', async () => {
    await plantEntries(owner, [{}, {}]);
    await sealAll(sequencerOf(context));
    await writeEntries(context, 1);
    // The two entries came in a sweep, which stores no progress: this row is the newest.
    await owner.query(progressRow('2'));
    const sequencer = sequencerOf(context);
    for (let turn = 0; turn < 3; turn++) await sequencer.run();
    expect(await progressOf(owner)).toEqual({ entries: 3, sealed: 3, published: 3 });
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('is sealed although a row beyond the log exists, which PostgreSQL refuses to insert', async () => {
    await expect(owner.query(progressRow('1000000'))).rejects.toMatchObject({ code: '23514' });
    await writeEntries(context, 1);
    await changeRowsWithoutAudit(log.database, progressRow('1000000'));
    await sealAll(sequencerOf(context));
    expect(await progressOf(owner)).toEqual({ entries: 1, sealed: 1, published: 1 });
  });
});

describe('the monitor of sealing', () => {
  it('reports entries that stay unsealed, with their number and age, until they are sealed', async () => {
    const [metrics, health] = [new Metrics(), new LogHealth()];
    const monitor = new SealingMonitor(context.get(UnitOfWork, { strict: false }), metrics, health);
    await sealAll(sequencerOf(context));
    await plantEntries(owner, [{}, {}]);
    await monitor.poll();
    // It was committed a moment ago, whatever its own time says.
    expect([...health.reasons]).toEqual([]);
    await monitor.poll();
    expect(health.reasons.get('sealing')).toMatch(/^2 audit entries are not sealed, the oldest for \d+ s/);
    expect(await metrics.text()).toMatch(/veritrail_unsealed_entries 2\n/);
    expect(await metrics.text()).toMatch(/veritrail_oldest_unsealed_entry_age_seconds \d{5,}/);
    await sealAll(sequencerOf(context));
    await monitor.poll();
    expect([...health.reasons]).toEqual([]);
    expect(await metrics.text()).toMatch(/veritrail_oldest_unsealed_entry_age_seconds 0\n/);
  });

  it('finds a backdated entry of a later transaction, and one that a long transaction commits later', async () => {
    const [metrics, health] = [new Metrics(), new LogHealth()];
    const monitor = new SealingMonitor(context.get(UnitOfWork, { strict: false }), metrics, health);
    await writeEntries(context, 3);
    await owner.query('BEGIN');
    await plantEntries(owner, [{ at: '2020-01-01T00:00:00.000Z' }]);
    await sealAll(sequencerOf(context));
    for (let look = 0; look < 3; look++) await monitor.poll();
    expect([...health.reasons]).toEqual([]);
    await owner.query('COMMIT');
    for (let look = 0; look < 2; look++) await monitor.poll();
    expect(health.reasons.get('sealing')).toMatch(/^1 audit entries are not sealed/);
  });
});
