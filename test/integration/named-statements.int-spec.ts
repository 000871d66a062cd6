import { Logger } from '@nestjs/common';
import { type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions, poolOf, UnitOfWork } from '#libs/postgres';
import { useClient, useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { edgeConfiguration } from '../support/edge.js';

const EVERYTHING = `SELECT $1::text AS text, 7 AS number, 9007199254740993 AS large, NULL::text AS nothing,
  '{"a": [1]}'::jsonb AS json, ARRAY['x', 'y'] AS list, TRUE AS yes, '\\xff'::bytea AS bytes,
  '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10'::uuid AS id, '2026-11-20 09:30:00.1234+00'::timestamptz AS at`;
const ROW = {
  text: 'Ünïcode',
  number: 7,
  large: '9007199254740993',
  nothing: null,
  json: { a: [1] },
  list: ['x', 'y'],
  yes: true,
  bytes: Buffer.from([0xff]),
  id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  at: '2026-11-20T09:30:00.123400Z',
};

describe('a named statement', () => {
  const database = useDatabase();
  const owner = useClient(() => database.ownerUrl);
  let source: DataSource;
  let uow: UnitOfWork;
  let prepared = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    source = new DataSource(
      databaseOptions(edgeConfiguration(database.url, { DATABASE_POOL_SIZE: '1' }), 'named-statements'),
    );
    await source.initialize();
    const pool = poolOf(source);
    const count = (client: PoolClient): void =>
      void client.connection.on('parseComplete', () => (prepared += 1));
    const client = await pool.connect();
    count(client);
    client.release();
    pool.on('connect', count);
    uow = new UnitOfWork(source);
  });

  beforeEach(() => (prepared = 0));

  afterwards(() => source.destroy());

  it('returns the same rows every time, and is prepared once per connection', async () => {
    for (let time = 0; time < 3; time += 1) {
      await expect(uow.read(EVERYTHING, ['Ünïcode'])).resolves.toEqual([ROW]);
      await uow.transact(async () => expect(await uow.lock(EVERYTHING, ['Ünïcode'])).toEqual([ROW]));
    }
    expect(prepared).toBe(1);
  });

  it('returns each caller its own rows when it is sent again before the first result', async () => {
    const text = 'SELECT n, n * 2 AS double FROM generate_series(1, $1::int) AS n';
    const answers = await Promise.all([3, 0, 1, 5].map((n) => uow.read<{ n: number }>(text, [n])));
    expect(answers.map((rows) => rows.map(({ n }) => n))).toEqual([[1, 2, 3], [], [1], [1, 2, 3, 4, 5]]);
  });

  it('may be planned again for each execution', async () => {
    for (let time = 0; time < 2; time += 1)
      await expect(uow.read(EVERYTHING, ['Ünïcode'], { planEachTime: true })).resolves.toEqual([ROW]);
    expect(prepared).toBe(2);
  });

  it('works after a failure, caused by its text or by a value', async () => {
    const text = 'SELECT 10 / $1::int AS share';
    await expect(uow.read(text, [0])).rejects.toThrow('division by zero');
    await expect(uow.read('SELECT nothing FROM nowhere', [])).rejects.toThrow('nowhere');
    await expect(uow.read(text, ['x'])).rejects.toThrow('invalid input syntax');
    await expect(uow.read(text, [0])).rejects.toThrow('division by zero');
    await expect(uow.read(text, [5])).resolves.toEqual([{ share: 2 }]);
  });

  it('has the caller in its stack trace when it fails', async () => {
    const error = await uow.read('SELECT 1 / 0 AS never', []).catch((thrown: unknown) => thrown);
    expect((error as Error).stack).toContain('named-statements.int-spec');
  });

  it('fails when its result columns have changed, and returns no row under the wrong name', async () => {
    await owner.query('CREATE TABLE public.things (first text, second text)');
    await owner.query("INSERT INTO public.things VALUES ('1', '2')");
    await owner.query('GRANT SELECT ON public.things TO veritrail_app');
    const text = 'SELECT t.* FROM public.things t';
    await expect(uow.read(text, [])).resolves.toEqual([{ first: '1', second: '2' }]);
    await owner.query('ALTER TABLE public.things DROP COLUMN first, ADD COLUMN third int DEFAULT 3');
    await expect(uow.read(text, [])).rejects.toThrow('cached plan must not change result type');
  });
});
