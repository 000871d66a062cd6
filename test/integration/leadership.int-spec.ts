import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Configuration } from '#libs/config';
import { Leadership } from '../../libs/jobs/src/leadership.js';
import { useClient, useDatabase } from '../support/describe-api.js';

describe('leadership of a job', () => {
  const database = useDatabase();
  const admin = useClient(() => database.adminUrl);
  const replicas: Leadership[] = [];

  beforeAll(() => Logger.overrideLogger(false));

  afterEach(async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.resign()));
  });

  const replica = (): Leadership => {
    const made = new Leadership({
      database: { workerUrl: database.workerUrl, connectTimeoutMs: 2000, statementTimeoutMs: 2000 },
    } as unknown as Configuration);
    replicas.push(made);
    return made;
  };

  const cutAllLeaders = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'veritrail-leader'`,
    );

  it('belongs to one of many replicas, which keeps it', async () => {
    const job = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => replica().leads(job)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    const again = await Promise.all(replicas.map((one) => one.leads(job)));
    expect(again).toEqual(answers);
  });

  it('is held per job: two replicas can each lead one', async () => {
    const [one, two] = [replica(), replica()];
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await one.leads(first)).toBe(true);
    expect(await two.leads(second)).toBe(true);
    expect(await one.leads(second)).toBe(false);
    expect(await two.leads(first)).toBe(false);
  });

  it('passes to another replica when the leader steps down', async () => {
    const [one, two] = [replica(), replica()];
    const job = randomUUID();
    expect(await one.leads(job)).toBe(true);
    expect(await two.leads(job)).toBe(false);
    await one.resign();
    expect(await two.leads(job)).toBe(true);
    expect(await one.leads(job)).toBe(false);
  });

  it('is lost with the connection and can be taken again by any replica', async () => {
    const [one, two] = [replica(), replica()];
    const job = randomUUID();
    expect(await one.leads(job)).toBe(true);
    expect(await two.leads(job)).toBe(false);
    await cutAllLeaders();
    await sleep(100);
    const answers = await Promise.all([one.leads(job), two.leads(job)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('survives checks at the moment when the connection is lost', async () => {
    const one = replica();
    const job = randomUUID();
    await one.leads(job);
    const answers = await Promise.allSettled([
      cutAllLeaders(),
      ...Array.from({ length: 20 }, () => one.leads(job)),
    ]);
    expect(answers).toHaveLength(21);
    // The end of the session may arrive after the last response: then the next check detects it.
    await one.leads(job).catch(() => undefined);
    await expect(one.leads(job)).resolves.toBe(true);
  });
});
