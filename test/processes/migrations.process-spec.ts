import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { migrations, runMigrations } from '#migrations';
import { dumpCatalogue, withClient } from '../support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { SourceProgram } from '../support/source-program.js';

type MigrationClass = new () => MigrationInterface;

const PROCESSES = 5;
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});
afterEach(() => database.drop());

async function withSource<T>(known: MigrationClass[], work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = new DataSource({
    type: 'postgres',
    url: database.ownerUrl,
    migrations: known,
    migrationsTableName: 'migrations',
    extra: { max: 1 },
  });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

const dump = (): Promise<string[]> => dumpCatalogue(database.adminUrl);
const apply = (known: MigrationClass[]) =>
  withSource(known, (source) => source.runMigrations({ transaction: 'each' }));
const revertLast = (known: MigrationClass[]) =>
  withSource(known, (source) => source.undoLastMigration({ transaction: 'each' }));

/** Applies each migration after those before it, reverts it and applies it again; returns those that left or lost objects. */
async function irreversibleOf(known: MigrationClass[]): Promise<string[]> {
  const wrong: string[] = [];
  await apply([]);
  for (const [index, { name }] of known.entries()) {
    const upToHere = known.slice(0, index + 1);
    const before = await dump();
    await apply(upToHere);
    const after = await dump();
    expect(after).not.toEqual(before);
    await revertLast(upToHere);
    if (JSON.stringify(await dump()) !== JSON.stringify(before)) wrong.push(`${name} is not undone`);
    await apply(upToHere);
    if (JSON.stringify(await dump()) !== JSON.stringify(after)) wrong.push(`${name} is not the same again`);
  }
  return wrong;
}

class KeepsAFunction1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE planted (id integer)');
    await runner.query(
      'CREATE OR REPLACE FUNCTION left_behind() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
    );
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE planted');
  }
}

class LosesAGrant1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [row] = (await runner.query(`SELECT to_regclass('planted_once') IS NULL AS first`)) as [
      { first: boolean },
    ];
    await runner.query('CREATE TABLE IF NOT EXISTS planted_once (id integer)');
    await runner.query('CREATE TABLE planted (id integer)');
    if (row.first) await runner.query('GRANT SELECT ON planted TO PUBLIC');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE planted');
  }
}

describe('migrations', () => {
  it('are each reverted without a trace, with the same result when applied again', async () => {
    expect(await irreversibleOf(migrations)).toEqual([]);
  });

  it.each([
    [KeepsAFunction1000000000001, ['is not undone']],
    [LosesAGrant1000000000002, ['is not undone', 'is not the same again']],
  ])(
    'are reported when they leave objects behind or differ when applied again: %p',
    async (planted, faults) => {
      expect(await irreversibleOf([planted])).toEqual(faults.map((fault) => `${planted.name} ${fault}`));
    },
  );

  it('can all be reverted, down to an empty database', async () => {
    await apply([]);
    const empty = await dump();
    await apply(migrations);
    for (let left = migrations.length; left > 0; left--) await revertLast(migrations);
    expect(await dump()).toEqual(empty);
  });

  it('are listed in the order of their names', () => {
    const stamps = migrations.map(({ name }) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(new Set(stamps).size).toBe(migrations.length);
  });

  it('refuse a database that a newer release has migrated', async () => {
    await runMigrations(database.ownerUrl);
    await asOwner((client) =>
      client.query(
        `INSERT INTO public.migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
      ),
    );
    await expect(runMigrations(database.ownerUrl)).rejects.toThrow(/newer than this release: it has Later/);
  });
});

describe('processes that migrate', () => {
  it(`apply each migration once when ${PROCESSES} start together`, async () => {
    const programs = Array.from({ length: PROCESSES }, startMigrator);
    const outputs = await Promise.all(programs.map(outputOf));
    const applied = outputs.flat().filter((line) => line.startsWith('applied '));
    expect(applied.toSorted()).toEqual(migrations.map(({ name }) => `applied ${name}`).toSorted());
    expect(outputs.filter((lines) => lines.includes('The database is up to date.'))).toHaveLength(
      PROCESSES - 1,
    );
    expect(await appliedNames()).toEqual(migrations.map(({ name }) => name));
  }, 120_000);

  it('leave only whole migrations when one is killed midway, and the next run completes', async () => {
    const reference = await createTestDatabase({ empty: true });
    await runMigrations(reference.ownerUrl);
    const wanted = await dumpCatalogue(reference.adminUrl);
    await reference.drop();

    const before = migrations.findIndex(({ name }) => name.startsWith('Documents'));
    await apply(migrations.slice(0, before));
    const half = await dump();
    await asOwner(async (blocker) => {
      // Makes the migration wait midway: an open transaction has created a table with this name.
      await blocker.query('BEGIN; CREATE TABLE documents.decisions (id integer)');
      const program = startMigrator();
      await waitFor(async () => (await migratorSessions()).some(({ waits }) => waits));
      await program.end('SIGKILL');
      await blocker.query('ROLLBACK');
    });
    await waitFor(async () => (await migratorSessions()).length === 0);
    expect(await appliedNames()).toEqual(migrations.slice(0, before).map(({ name }) => name));
    expect(await dump()).toEqual(half);

    const rest = migrations.slice(before).map(({ name }) => name);
    expect(await runMigrations(database.ownerUrl)).toEqual(rest);
    expect(await dump()).toEqual(wanted);
  }, 120_000);
});

describe('the application', () => {
  it('has exactly the required privileges on each table', async () => {
    await runMigrations(database.ownerUrl);
    const rows = await withClient(database.adminUrl, async (client) => {
      const found = await client.query<{ table: string; grants: string }>(`
        SELECT n.nspname || '.' || c.relname AS table, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS grants
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
        WHERE a.grantee IN ('veritrail_app'::regrole, 0) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        GROUP BY 1 ORDER BY 1`);
      return found.rows;
    });
    expect(Object.fromEntries(rows.map(({ table, grants }) => [table, grants]))).toEqual({
      'api.idempotent_answers': 'DELETE INSERT SELECT',
      'audit.checkpoints': 'SELECT',
      // It may also insert into every column except the transaction id.
      'audit.entries': 'SELECT',
      'audit.log_keys': 'SELECT',
      'audit.personal_values': 'INSERT SELECT',
      'audit.sealed_leaves': 'SELECT',
      'audit.sealing_progress': 'SELECT',
      'audit.tiles': 'SELECT',
      'auth.credentials': 'DELETE INSERT SELECT UPDATE',
      'auth.invitations': 'DELETE INSERT SELECT UPDATE',
      'auth.rate_limits': 'DELETE INSERT SELECT UPDATE',
      'auth.refresh_tokens': 'DELETE INSERT SELECT UPDATE',
      // Written by triggers.
      'auth.revocations': 'DELETE SELECT',
      'auth.sessions': 'DELETE INSERT SELECT UPDATE',
      'documents.blob_store': 'INSERT SELECT UPDATE',
      'documents.decisions': 'INSERT SELECT',
      'documents.deliveries': 'INSERT SELECT',
      'documents.documents': 'INSERT SELECT UPDATE',
      'documents.history': 'INSERT SELECT',
      // Written by triggers.
      'documents.usage': 'SELECT',
      'documents.versions': 'INSERT SELECT',
      'public.migrations': 'SELECT',
      'users.users': 'INSERT SELECT UPDATE',
    });
  });

  it('leaves the sealed log to the sequencer, and personal values to the eraser', async () => {
    await runMigrations(database.ownerUrl);
    const rows = await withClient(database.adminUrl, async (client) => {
      const found = await client.query<{ role: string; table: string; grants: string }>(`
        SELECT a.grantee::regrole::text AS role, n.nspname || '.' || c.relname AS table,
          string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS grants
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
        WHERE a.grantee IN ('veritrail_sequencer'::regrole, 'veritrail_eraser'::regrole) GROUP BY 1, 2 ORDER BY 1, 2`);
      return found.rows.map(({ role, table, grants }) => `${role} ${table}: ${grants}`);
    });
    expect(rows).toEqual([
      'veritrail_eraser audit.personal_values: DELETE',
      'veritrail_sequencer audit.checkpoints: INSERT SELECT',
      'veritrail_sequencer audit.entries: SELECT',
      'veritrail_sequencer audit.log_keys: INSERT SELECT',
      'veritrail_sequencer audit.personal_values: INSERT SELECT',
      'veritrail_sequencer audit.sealed_leaves: INSERT SELECT',
      'veritrail_sequencer audit.sealing_progress: INSERT SELECT',
      'veritrail_sequencer audit.tiles: INSERT SELECT',
    ]);
  });

  it('owns nothing and can create nothing', async () => {
    await runMigrations(database.ownerUrl);
    await withClient(database.url, async (client) => {
      await client.query('SET ROLE veritrail_app');
      for (const schema of ['users', 'auth', 'documents', 'audit', 'api', 'public']) {
        await expect(client.query(`CREATE TABLE ${schema}.mine (id integer)`)).rejects.toMatchObject({
          code: '42501',
        });
      }
      const { rows } = await client.query(
        `SELECT relname FROM pg_class WHERE pg_has_role(relowner, 'USAGE')`,
      );
      expect(rows).toEqual([]);
    });
  });
});

function startMigrator(): SourceProgram {
  const env = { ...process.env, DATABASE_URL: database.ownerUrl, MIGRATION_DATABASE_URL: database.ownerUrl };
  return SourceProgram.start('apps/cli/src/main.ts', ['migrate'], env);
}

async function outputOf(program: SourceProgram): Promise<string[]> {
  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  program.child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  program.child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise((resolve) => program.child.once('close', resolve));
  expect({ code, errors: Buffer.concat(errors).toString() }).toEqual({ code: 0, errors: '' });
  return Buffer.concat(chunks).toString().trim().split('\n');
}

async function asOwner<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(database.ownerUrl, work);
}

async function appliedNames(): Promise<string[]> {
  const { rows } = await asOwner((client) =>
    client.query<{ name: string }>('SELECT name FROM public.migrations ORDER BY id'),
  );
  return rows.map(({ name }) => name);
}

async function migratorSessions(): Promise<Array<{ waits: boolean }>> {
  const { rows } = await withClient(database.adminUrl, (client) =>
    client.query<{ waits: boolean }>(
      `SELECT wait_event_type = 'Lock' AND wait_event = 'transactionid' AS waits FROM pg_stat_activity
       WHERE application_name = 'veritrail-migrate' AND datname = current_database()`,
    ),
  );
  return rows;
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('What the test waits for did not happen');
    await sleep(50);
  }
}
