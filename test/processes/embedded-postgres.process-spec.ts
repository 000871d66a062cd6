import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres, type PostgresConnection } from '../../apps/cli/src/embedded-postgres/index.js';
import { SourceProgram } from '../support/source-program.js';

const asRoot = process.getuid?.() === 0;

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

const isUp = (url: string): Promise<boolean> =>
  query(url, 'SELECT').then(
    () => true,
    () => false,
  );

const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

describe('the embedded PostgreSQL', () => {
  let home: string;
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];
  const programs: SourceProgram[] = [];

  const make = (
    options: { durable?: boolean; fallbackRoot?: string; report?: (line: string) => void } = {},
  ): EmbeddedPostgres => {
    const postgres = new EmbeddedPostgres({ dataDir, durable: false, ...options });
    started.push(postgres);
    return postgres;
  };

  const startUser = async (): Promise<{ program: SourceProgram; connection: PostgresConnection }> => {
    const program = SourceProgram.start('test/fixtures/embedded-postgres-user.ts', [dataDir]);
    programs.push(program);
    return { program, connection: JSON.parse(await program.nextLine()) as PostgresConnection };
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'veritrail postgres '));
    chmodSync(home, 0o755);
    dataDir = join(home, 'data');
  });

  afterEach(async () => {
    for (const program of programs.splice(0)) await program.end('SIGKILL');
    // Joining and leaving once more also stops a server whose only user was killed.
    if (existsSync(join(dataDir, 'postgres', 'postmaster.pid')))
      await make()
        .start()
        .catch(() => undefined);
    for (const postgres of started.splice(0)) await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('starts in a path with a space, on the loopback interface only, with passwords that only its owner can read', async () => {
    const { adminUrl, databaseUrl, port } = await make({ durable: true }).start();
    const shown = await query(
      adminUrl,
      `SELECT current_setting('listen_addresses') AS address, current_setting('unix_socket_directories') AS sockets,
        current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
        current_setting('synchronous_commit') AS commit, current_setting('port')::int AS port`,
    );
    expect(shown).toEqual([
      { address: '127.0.0.1', sockets: '', fsync: 'on', pages: 'on', commit: 'on', port },
    ]);
    expect(statSync(join(dataDir, 'postgres-access.json')).mode & 0o777).toBe(0o600);
    expect(await query(databaseUrl, 'SELECT current_user AS name')).toEqual([{ name: 'veritrail' }]);
    const wrong = Object.assign(new URL(databaseUrl), { password: 'guess' }).href;
    await expect(query(wrong, 'SELECT')).rejects.toMatchObject({ code: '28P01' });
  });

  it('lets the owner create roles and grant the application group, and the application neither', async () => {
    const { databaseUrl, migrationDatabaseUrl } = await make().start();
    await query(migrationDatabaseUrl, 'CREATE ROLE reader NOLOGIN');
    await query(migrationDatabaseUrl, 'GRANT veritrail_app TO reader');
    await query(migrationDatabaseUrl, 'CREATE SCHEMA documents');
    await expect(query(databaseUrl, 'CREATE ROLE intruder')).rejects.toMatchObject({ code: '42501' });
    await expect(query(databaseUrl, 'CREATE SCHEMA intruder')).rejects.toMatchObject({ code: '42501' });
  });

  it('keeps data, port and passwords over a restart', async () => {
    const postgres = make();
    const before = await postgres.start();
    await query(before.migrationDatabaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await postgres.stop();
    expect(await isUp(before.adminUrl)).toBe(false);
    const after = await make().start();
    expect(after).toEqual(before);
    expect(await query(after.migrationDatabaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('uses a different port when another program has taken its own', async () => {
    const postgres = make();
    const before = await postgres.start();
    await postgres.stop();
    const squatter = createServer().listen(before.port, '127.0.0.1');
    try {
      const after = await make().start();
      expect(after.port).not.toBe(before.port);
      expect(await isUp(after.databaseUrl)).toBe(true);
    } finally {
      squatter.close();
    }
  });

  it('takes over the server of a killed process, and stops it when it leaves', async () => {
    const { program, connection } = await startUser();
    const pid = postmasterPid(dataDir);
    await program.end('SIGKILL');
    expect(await isUp(connection.adminUrl)).toBe(true);
    const adopter = make();
    expect(await adopter.start()).toEqual(connection);
    expect(postmasterPid(dataDir)).toBe(pid);
    await adopter.stop();
    expect(await isUp(connection.adminUrl)).toBe(false);
  });

  it('stays up until its last user leaves', async () => {
    const [first, second] = await Promise.all([startUser(), startUser()]);
    expect(second.connection).toEqual(first.connection);
    expect(await first.program.end('SIGTERM')).toBe(0);
    expect(await isUp(second.connection.adminUrl)).toBe(true);
    expect(await second.program.end('SIGTERM')).toBe(0);
    expect(await isUp(second.connection.adminUrl)).toBe(false);
  });

  it('recovers committed data when PostgreSQL itself is killed', async () => {
    const postgres = make({ durable: true });
    const { migrationDatabaseUrl } = await postgres.start();
    await query(migrationDatabaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    const again = await make({ durable: true }).start();
    expect(await query(again.migrationDatabaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts over a stale pid file, whether its pid is free or now belongs to another program', async () => {
    const postgres = make();
    const { port } = await postgres.start();
    await postgres.stop();
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    for (const pid of [2 ** 22 - 1, process.pid, process.ppid]) {
      writeFileSync(
        pidFile,
        [pid, join(dataDir, 'postgres'), 1, port, '', '127.0.0.1', '', 'ready', ''].join('\n'),
      );
      if (asRoot) {
        const { uid, gid } = statSync(join(dataDir, 'postgres'));
        chownSync(pidFile, uid, gid);
      }
      const next = make();
      expect(await isUp((await next.start()).adminUrl)).toBe(true);
      await next.stop();
    }
  });

  it('names the password file when it does not match the data', async () => {
    const postgres = make();
    await postgres.start();
    await postgres.stop();
    const path = join(dataDir, 'postgres-access.json');
    const original = readFileSync(path, 'utf8');
    const record = JSON.parse(original) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...record, superuserPassword: 'other' }));
    const refused = make().start();
    await expect(refused).rejects.toMatchObject({ code: 'PASSWORD_REFUSED' });
    await expect(refused).rejects.toThrow(path);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    writeFileSync(path, original);
    await make().start();
  });

  it('refuses data without passwords, passwords without data, and a damaged password file', async () => {
    const postgres = make();
    await postgres.start();
    await postgres.stop();
    const path = join(dataDir, 'postgres-access.json');
    const original = readFileSync(path, 'utf8');
    rmSync(path);
    await expect(make().start()).rejects.toMatchObject({ code: 'PASSWORD_FILE_MISSING' });
    writeFileSync(path, original.slice(0, 20));
    await expect(make().start()).rejects.toMatchObject({ code: 'PASSWORD_FILE_UNREADABLE' });
    writeFileSync(path, original);
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    await expect(make().start()).rejects.toMatchObject({ code: 'DATA_MISSING' });
  });

  it('refuses data of another major version', async () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    chmodSync(dataDir, 0o711);
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
    const passwords = { superuserPassword: 'a', ownerPassword: 'b', applicationPassword: 'c' };
    writeFileSync(join(dataDir, 'postgres-access.json'), JSON.stringify({ initialised: true, ...passwords }));
    await expect(make().start()).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
  });

  it('reports the tail of the log when PostgreSQL cannot start', async () => {
    const postgres = make();
    await postgres.start();
    await postgres.stop();
    const settings = join(dataDir, 'postgres', 'postgresql.conf');
    const original = readFileSync(settings, 'utf8');
    writeFileSync(settings, 'no_such_setting = 1\n');
    const refused = make().start();
    await expect(refused).rejects.toMatchObject({ code: 'START_FAILED' });
    await expect(refused).rejects.toThrow('no_such_setting');
    writeFileSync(settings, original);
  });

  (asRoot ? it : it.skip)(
    'as root keeps its data elsewhere when its account cannot enter the folder, and reports that once',
    async () => {
      chmodSync(home, 0o700);
      const fallbackRoot = mkdtempSync(join(tmpdir(), 'veritrail-fallback-'));
      const lines: string[] = [];
      const report = (line: string): void => void lines.push(line);
      try {
        const first = make({ fallbackRoot, report });
        const connection = await first.start();
        await query(connection.migrationDatabaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
        await first.stop();
        expect(lines).toEqual([expect.stringContaining(`is stored in ${fallbackRoot}`)]);
        const second = make({ fallbackRoot, report });
        expect(await query((await second.start()).migrationDatabaseUrl, 'SELECT answer FROM kept')).toEqual([
          { answer: 42 },
        ]);
        await second.stop();
        expect(lines).toHaveLength(1);
      } finally {
        rmSync(fallbackRoot, { recursive: true, force: true });
      }
    },
  );
});
