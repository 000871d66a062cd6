import { setTimeout as sleep } from 'node:timers/promises';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import request from 'supertest';
import { RefusalRecorder } from '#libs/audit';
import { type RequestScope } from '#libs/http';
import { Actor, emptyDraft, newId, UnauthorizedError } from '#libs/kernel';
import { type Occurrence } from '../../libs/audit/src/entries/entry.js';
import { AuditLog } from '../../libs/audit/src/recording/audit-log.js';
import { RefusalQueue } from '../../libs/audit/src/refusals/refusal-queue.js';
import { refusalOf } from '../../libs/audit/src/refusals/refusal.js';
import { createAuditedApp } from '../support/audited-app.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let owner: Client;
let app: NestFastifyApplication;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  app = await createAuditedApp(
    database.url,
    { controllers: [] },
    { DATABASE_POOL_SIZE: '2', DATABASE_LOCK_TIMEOUT_MS: '300', DATABASE_STATEMENT_TIMEOUT_MS: '1000' },
  );
});

afterEach(async () => {
  await app?.close();
  await owner?.end();
  await database?.drop();
});

function scope(requestId = newId()): RequestScope {
  return {
    requestId,
    ip: '203.0.113.7',
    userAgent: null,
    actor: Actor.anonymous(),
    operation: null,
    draft: emptyDraft(),
    bodyDigest: null,
  };
}

const recorded = async (): Promise<string[]> => {
  const { rows } = await owner.query<{ request_id: string }>(
    `SELECT request_id FROM audit.entries WHERE action = 'access.denied' ORDER BY id`,
  );
  return rows.map((row) => row.request_id);
};

describe('a flood of refusals', () => {
  it('is recorded completely and in order, and keeps connections of the pool free', async () => {
    const recorder = app.get(RefusalRecorder);
    const scopes = Array.from({ length: 1500 }, () => scope());
    const flood = Promise.all(scopes.map((one) => recorder.record(one, new UnauthorizedError())));
    const headers = { 'x-test-actor': newId(), 'x-test-roles': 'auditor' };
    const answer = await request(app.getHttpServer()).get('/v1/audit/entries').set(headers);
    expect(answer.status).toBe(200);
    await flood;
    // An answer waits a second for its entry, which may come later on a busy machine.
    await eventually(async () => ((await recorded()).length === scopes.length ? true : null));
    expect(await recorded()).toEqual(scopes.map(({ requestId }) => requestId));
  });

  it('is counted in one entry when it exceeds the queue', async () => {
    const recorder = app.get(RefusalRecorder);
    await owner.query('BEGIN; LOCK TABLE audit.entries IN ACCESS EXCLUSIVE MODE');
    // The lock on the table is released only after every record() has resolved.
    await Promise.all(Array.from({ length: 2100 }, () => recorder.record(scope(), new UnauthorizedError())));
    await owner.query('COMMIT');
    const dropped = await eventually(droppedEntries);
    expect(dropped).toMatchObject([{ actor_type: 'system', outcome: 'succeeded', details: { count: 100 } }]);
    await eventually(async () => ((await recorded()).length === 2000 ? true : null));
  });
});

describe('a refusal while the database does not answer', () => {
  it('is answered at once, and recorded when the database is back', async () => {
    await owner.query('BEGIN; LOCK TABLE audit.entries IN ACCESS EXCLUSIVE MODE');
    // The lock on the table is released only after the response.
    const answer = await request(app.getHttpServer()).get('/v1/audit/entries');
    expect(answer.status).toBe(401);
    await sleep(500);
    await owner.query('COMMIT');
    await eventually(async () =>
      (await recorded()).includes(answer.headers['x-request-id'] as string) ? true : null,
    );
  });

  it('is not recorded twice when only the confirmation of the commit was lost', async () => {
    const queue = app.get(RefusalQueue);
    const one = scope();
    const refusal = refusalOf(one, new UnauthorizedError(), {});
    const entry = app.get(AuditLog).entryOf(refusal as Occurrence);
    await queue.add(entry);
    await queue.add(entry);
    expect(await recorded()).toEqual([one.requestId]);
  });
});

describe('a refusal that cannot be stored', () => {
  it('does not prevent the rest of its batch', async () => {
    await owner.query(`
      CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
      CREATE TRIGGER planted BEFORE INSERT ON audit.entries FOR EACH ROW
        WHEN (NEW.request_id = 'poison') EXECUTE FUNCTION public.fail()`);
    const scopes = [scope(), scope(), scope('poison'), scope(), scope()];
    await Promise.all(scopes.map((one) => app.get(RefusalRecorder).record(one, new UnauthorizedError())));
    expect(await recorded()).toEqual(
      scopes.map(({ requestId }) => requestId).filter((requestId) => requestId !== 'poison'),
    );
    expect(await eventually(droppedEntries)).toMatchObject([{ details: { count: 1 } }]);
  });
});

describe('the shutdown of the process', () => {
  it('waits for refusals that are not stored yet', async () => {
    const one = scope();
    void app.get(RefusalRecorder).record(one, new UnauthorizedError());
    await app.close();
    expect(await recorded()).toEqual([one.requestId]);
  });
});

async function droppedEntries(): Promise<Array<Record<string, unknown>> | null> {
  const { rows } = await owner.query(`SELECT * FROM audit.entries WHERE action = 'audit.refusals_dropped'`);
  return rows.length > 0 ? rows : null;
}

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const found = await look();
    if (found !== null) return found;
    await sleep(50);
  }
  throw new Error('It did not happen in thirty seconds');
}
