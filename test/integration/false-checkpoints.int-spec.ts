import { type INestApplicationContext } from '@nestjs/common';
import { type Client } from 'pg';
import { LogHealth, SEALING } from '#libs/audit';
import { Metrics, StoppedWork } from '#libs/observability';
import { VerifiedCheckpoints } from '../../libs/audit/src/log-store/verified-checkpoints.js';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';
import { publishForged } from '../support/hostile/with-application-login.js';
import { type OpenLog, openLog } from '../support/open-log.js';
import { faultsOfLog, progressOf, sealAll, sequencerOf, writeEntries } from '../support/sealing.js';

let log: OpenLog;
let owner: Client;
let context: INestApplicationContext;
let checkpoints: VerifiedCheckpoints;
let health: LogHealth;

beforeEach(async () => {
  log = await openLog();
  ({ owner, context } = log);
  checkpoints = context.get(VerifiedCheckpoints, { strict: false });
  health = context.get(LogHealth, { strict: false });
  await writeEntries(context, 3);
  await sealAll(sequencerOf(context));
});
afterEach(() => log.close());

const change = (sql: string) => changeRowsWithoutAudit(log.database, sql);
const served = async (): Promise<number | undefined> => (await checkpoints.newest())?.size;

describe('a stored checkpoint', () => {
  it('that an unknown key signed is not used and is reported, and sealing continues', async () => {
    await publishForged(owner, false);
    expect(await served()).toBe(3);
    expect(health.reasons.get('checkpoints')).toMatch(
      /^The stored checkpoint of size 1000000 is not used: None of the known keys has signed the note\.$/,
    );
    await writeEntries(context, 2);
    const stopped = new StoppedWork(new Metrics());
    await sealAll(sequencerOf(context, { stopped }));
    expect([...stopped.reasons]).toEqual([]);
    expect(await served()).toBe(5);
    await change('DELETE FROM audit.checkpoints WHERE tree_size = 1000000');
    expect(await served()).toBe(5);
    expect([...health.reasons]).toEqual([]);
    expect(await faultsOfLog(owner)).toEqual([]);
  });

  it('that an inserted key signed has another root: it is not served, and sealing stops', async () => {
    await publishForged(owner, true);
    expect(await served()).toBe(3);
    expect(health.reasons.get('checkpoints')).toMatch(/size 1000000 is not used: the log has fewer leaves/);
    const stopped = new StoppedWork(new Metrics());
    await sealAll(sequencerOf(context, { stopped }));
    expect(stopped.reasons.get(SEALING)).toMatch(/rows are missing/);
  });

  it('whose row or tiles were changed is served again when they are repaired', async () => {
    await change(`UPDATE audit.checkpoints SET root_hash = sha256('x')`);
    expect(await served()).toBeUndefined();
    expect(health.reasons.get('checkpoints')).toMatch(/its row differs from what is signed/);
    await change(`UPDATE audit.checkpoints SET root_hash = decode(split_part(note, chr(10), 3), 'base64')`);
    expect(await served()).toBe(3);
    await writeEntries(context, 1);
    await sealAll(sequencerOf(context));
    await change(
      `CREATE TABLE audit.kept AS SELECT * FROM audit.sealed_leaves;
       UPDATE audit.sealed_leaves SET leaf_hash = sha256('x') WHERE leaf_index = 1`,
    );
    // A process that has verified a checkpoint goes on serving it; a second process has not.
    const later = await log.harness.process();
    checkpoints = later.get(VerifiedCheckpoints, { strict: false });
    expect(await served()).toBeUndefined();
    expect(later.get(LogHealth, { strict: false }).reasons.get('checkpoints')).toMatch(
      /size 4 is not used: the stored tiles have a different root/,
    );
    await change(
      `UPDATE audit.sealed_leaves s SET leaf_hash = k.leaf_hash FROM audit.kept k WHERE k.leaf_index = s.leaf_index`,
    );
    expect(await served()).toBe(4);
    expect(await progressOf(owner)).toEqual({ entries: 4, sealed: 4, published: 4 });
  });

  it('stops sealing when none has a known signature, instead of beginning another log', async () => {
    await change(
      `UPDATE audit.checkpoints SET note = replace(note, 'log.example.com/test', 'other.example/log')`,
    );
    const stopped = new StoppedWork(new Metrics());
    await sealAll(sequencerOf(context, { stopped }));
    expect(stopped.reasons.get(SEALING)).toMatch(/none is signed by a known key: rows were changed/);
  });
});

describe('a stored verifier key', () => {
  it('that is malformed or not the operator’s is not shown', async () => {
    const [own = ''] = await checkpoints.verifierKeys();
    await owner.query(`INSERT INTO audit.log_keys VALUES ('mine+00000000+AAAA', now())`);
    expect(await checkpoints.verifierKeys()).toEqual([own]);
    await served();
    expect(health.reasons.get('checkpoints')).toMatch(
      /^The stored verifier key mine\+00000000\+AAAA is not used: it is malformed\.$/,
    );
    await publishForged(owner, true);
    const strict = await log.harness.process({ LOG_VERIFIER_KEYS: own });
    const believed = strict.get<VerifiedCheckpoints>(VerifiedCheckpoints, { strict: false });
    expect(await believed.verifierKeys()).toEqual([own]);
    expect((await believed.newest())?.size).toBe(3);
    const stopped = new StoppedWork(new Metrics());
    await sealAll(sequencerOf(strict, { stopped }));
    expect([...stopped.reasons]).toEqual([]);
  });
});
