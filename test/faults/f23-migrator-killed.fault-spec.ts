import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASE } from '../../apps/cli/src/embedded-postgres/index.js';
import { PRODUCT } from './support/api-under-test.js';
import { between } from './support/files.js';
import { ManagedProcess } from './support/managed-process.js';
import { PostgresUnderTest } from './support/postgres-under-test.js';
import { QUICK } from './support/harness.js';
import { schemaOf } from './support/schema.js';
import { Sandbox } from './support/sandbox.js';

const KILLS = QUICK ? 6 : 20;
const AT_ONCE = 4;
const DONE_MS = 30_000;
const SLOW = `
  CREATE FUNCTION public.slow_changes() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); END $$;
  CREATE EVENT TRIGGER slow_changes ON ddl_command_end EXECUTE FUNCTION public.slow_changes()`;

describe('F23 the migrator is killed midway, or several run at once', () => {
  let sandbox: Sandbox;
  let postgres: PostgresUnderTest;
  let wanted: string;
  let duration: number;
  let runs = 0;

  beforeAll(async () => {
    sandbox = Sandbox.create('f23');
    postgres = await PostgresUnderTest.start(sandbox.path('database'));
    const begun = performance.now();
    expect(await migrate().ended(DONE_MS)).toEqual({ code: 0, signal: null });
    duration = performance.now() - begun;
    wanted = await schemaOf(postgres);
    expect(wanted.length).toBeGreaterThan(1000);
  });

  afterAll(() => sandbox?.close());

  const migrate = (): ManagedProcess =>
    ManagedProcess.start(
      sandbox,
      `migrate-${(runs += 1)}`,
      [join(PRODUCT, 'dist/apps/cli/src/main.js'), 'migrate'],
      { DATABASE_URL: postgres.connection.migrationDatabaseUrl },
    );

  /** Empty and slow to change, so that a kill can hit any migration and parallel migrators overlap. */
  const emptyDatabase = async (): Promise<void> => {
    const owner = new URL(postgres.connection.migrationDatabaseUrl).username;
    const maintenance = await postgres.connect('postgres');
    await maintenance.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
    await maintenance.query(`CREATE DATABASE ${DATABASE} OWNER ${owner}`);
    await maintenance.end();
    await postgres.rows(SLOW);
  };

  /** The schema, without the slowdown. */
  const result = async (): Promise<string> => {
    await postgres.rows('DROP EVENT TRIGGER slow_changes');
    await postgres.rows('DROP FUNCTION public.slow_changes');
    return schemaOf(postgres);
  };

  it(`completes on the next run, after each of ${KILLS} kills`, async () => {
    const left = new Set<number>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await emptyDatabase();
      const killed = migrate();
      await sleep(between(Math.round(duration / 2), Math.round(duration) + 600));
      await killed.kill();
      left.add(await applied());
      const again = migrate();
      expect([await again.ended(DONE_MS), again.log()]).toEqual([
        { code: 0, signal: null },
        expect.anything(),
      ]);
      expect(await result()).toBe(wanted);
    }
    process.stderr.write(`    F23: kills left ${[...left].toSorted().join(', ')} migrations applied\n`);
  });

  it(`is applied once when ${AT_ONCE} start together, and when one of them is killed`, async () => {
    for (const killOne of [false, true]) {
      await emptyDatabase();
      const all = Array.from({ length: AT_ONCE }, migrate);
      await sleep(duration / 2);
      const dead = killOne ? all.shift() : undefined;
      await dead?.kill();
      for (const process of all) {
        expect([await process.ended(DONE_MS), process.log()]).toEqual([
          { code: 0, signal: null },
          expect.anything(),
        ]);
      }
      expect(await result()).toBe(wanted);
    }
  });

  async function applied(): Promise<number> {
    const [table] = await postgres.rows<{ present: string | null }>(
      `SELECT to_regclass('public.migrations')::text AS present`,
    );
    if (!table?.present) return 0;
    return (await postgres.rows('SELECT FROM public.migrations')).length;
  }
});
