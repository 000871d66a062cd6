import { mkdtempSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { StoreIdentityCheck, UploadModule } from '#libs/documents';
import { newId } from '#libs/kernel';
import { describeStartFailure, ProcessModule } from '#libs/process';
import { BlobStore } from '#libs/storage';
import { edgeConfiguration } from '../support/edge.js';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

describe('the store of a database', () => {
  let database: TestDatabase;
  let admin: Client;
  let folder: string;
  const running: INestApplicationContext[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vt-binding-'));
    database = await createTestDatabase();
    admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((process) => process.close()));
    await admin.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const dataDir = (name = 'data'): string => join(folder, name);

  /** A process that needs the store. */
  async function start(name?: string): Promise<INestApplicationContext> {
    const configuration = edgeConfiguration(database.url, { DATA_DIR: dataDir(name), MIN_FREE_BYTES: '0' });
    class Root {}
    const process = await NestFactory.createApplicationContext(
      { module: Root, imports: [ProcessModule.forProcess(configuration, 'veritrail-test'), UploadModule] },
      { logger: false, abortOnError: false },
    );
    running.push(process);
    return process;
  }

  async function refusal(name?: string): Promise<string> {
    const error: unknown = await start(name).then(
      () => new Error('it started'),
      (reason: unknown) => reason,
    );
    const { text, understood } = describeStartFailure(error, null);
    expect({ text, understood }).toEqual({ text, understood: true });
    return text;
  }

  async function addVersion(): Promise<void> {
    const id = newId();
    await changeRowsWithoutAudit(
      database,
      `INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, created_at, updated_at)
       VALUES ($1, $1, 'x', 'x', 'pending', 1, now(), now())`,
      [id],
    );
    await changeRowsWithoutAudit(
      database,
      `INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
         created_at) VALUES ($1, 1, sha256('x'), 1, 'application/pdf', 'x.pdf', $2, $1, now())`,
      [id, newId()],
    );
  }

  const recorded = async (): Promise<string | undefined> =>
    (await admin.query<{ store_id: string }>('SELECT store_id FROM documents.blob_store')).rows[0]?.store_id;

  it('is created by the first process, and found by later processes', async () => {
    const first = await start();
    const id = await first.get(BlobStore, { strict: false }).identity();
    expect(id).toBe(await recorded());
    await addVersion();
    const second = await start();
    await second.get(StoreIdentityCheck).check();
    expect(await second.get(BlobStore, { strict: false }).identity()).toBe(id);
  });

  it('is the same for processes that start together', async () => {
    const processes = await Promise.all([start(), start(), start(), start()]);
    await Promise.all(processes.map((process) => process.get(StoreIdentityCheck).check()));
    const { rowCount } = await admin.query('SELECT FROM documents.blob_store');
    expect(rowCount).toBe(1);
  });

  it('stops the start when it is missing although there are documents, and creates nothing', async () => {
    await start();
    await addVersion();
    await rename(join(dataDir(), 'blobs'), join(folder, 'away'));
    await mkdir(join(dataDir(), 'blobs'));
    const text = await refusal();
    expect(text).toContain(await recorded());
    expect(text).toContain(join(dataDir(), 'blobs'));
    await rm(join(dataDir(), 'blobs'), { recursive: true });
    await rename(join(folder, 'away'), join(dataDir(), 'blobs'));
    await start();
  });

  it('stops the start when it is the store of another database, with or without documents', async () => {
    await start('one');
    const other = await createTestDatabase();
    const configuration = edgeConfiguration(other.url, { DATA_DIR: dataDir('two'), MIN_FREE_BYTES: '0' });
    class Root {}
    const stranger = await NestFactory.createApplicationContext(
      { module: Root, imports: [ProcessModule.forProcess(configuration, 'veritrail-test'), UploadModule] },
      { logger: false, abortOnError: false },
    );
    await stranger.close();
    await other.drop();
    expect(await refusal('two')).toMatch(/a different store/);
    await addVersion();
    expect(await refusal('two')).toMatch(/a different store/);
  });

  it('is created again when it is missing and there are no documents', async () => {
    await start();
    const before = await recorded();
    await rm(dataDir(), { recursive: true });
    const process = await start();
    expect(await recorded()).not.toBe(before);
    await process.get(StoreIdentityCheck).check();
  });

  it('is adopted with its blobs by a database that was restored into an empty one', async () => {
    await start();
    const id = await recorded();
    await admin.query('DELETE FROM documents.blob_store');
    await start();
    expect(await recorded()).toBe(id);
  });

  it('may be moved as a whole', async () => {
    await start('here');
    await addVersion();
    await cp(dataDir('here'), dataDir('there'), { recursive: true });
    await start('there');
  });

  it('stops the start when its marker is damaged', async () => {
    await start();
    await writeFile(join(dataDir(), 'blobs/.veritrail-store'), '');
    expect(await refusal()).toMatch(/not a store marker/);
  });

  it('stops the start when its folder cannot be created', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await refusal('file')).toMatch(/cannot be used: .*ENOTDIR/);
    // Below a path where no folder can be created, `mkdir` with `recursive` would retry endlessly.
    await symlink('/proc', join(folder, 'proc'));
    expect(await refusal('proc/veritrail')).toMatch(/cannot be used: .*(ENOENT|EACCES|EROFS)/);
  });

  it('is not written by a process whose folder was replaced while it ran', async () => {
    const process = await start();
    const marker = join(dataDir(), 'blobs/.veritrail-store');
    const text = await readFile(marker, 'utf8');
    await writeFile(marker, text.replace(/[0-9a-f-]{36}/, newId()));
    await expect(process.get(StoreIdentityCheck).check()).rejects.toThrow(
      'is not the store that this database is bound to',
    );
    const store = process.get(BlobStore, { strict: false });
    const options = { maxBytes: 10, idleTimeoutMs: 1000 };
    await expect(store.stage(Readable.from([Buffer.from('x')]), options)).rejects.toThrow(
      'is not the store that this database is bound to',
    );
    await writeFile(marker, text);
    await process.get(StoreIdentityCheck).check();
  });

  it('is bound as soon as the migrations have run, without a restart', async () => {
    await admin.query('ALTER TABLE documents.blob_store RENAME TO later');
    const process = await start();
    await expect(process.get(StoreIdentityCheck).check()).rejects.toThrow();
    await admin.query('ALTER TABLE documents.later RENAME TO blob_store');
    await process.get(StoreIdentityCheck).check();
    expect(await recorded()).toBeDefined();
  });
});
