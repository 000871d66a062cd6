import { Readable } from 'node:stream';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Client } from 'pg';
import request from 'supertest';
import { newId } from '#libs/kernel';
import { as } from '../support/audited-app.js';
import { ACTOR, streams } from '../support/audited-notes.js';
import { ENTRIES_WITH_PERSONAL_VALUES } from '../support/database-reader.js';
import { duringTests } from '../support/during-tests.js';
import { openNotes } from '../support/open-notes.js';

let owner: Client;
let app: NestFastifyApplication;

const notes = duringTests(() => openNotes());

beforeAll(async () => {
  ({ owner, app } = notes);
});

const entriesOf = async (action: string): Promise<Array<Record<string, unknown>>> =>
  (await owner.query(`${ENTRIES_WITH_PERSONAL_VALUES} WHERE action = $1 ORDER BY id`, [action])).rows;
const notesOf = async (text: string): Promise<number> =>
  (await owner.query('SELECT FROM public.notes WHERE text = $1', [text])).rowCount ?? 0;
const post = (path: string, headers: Record<string, string> = as(ACTOR, 'user')) =>
  request(app.getHttpServer()).post(`/v1/notes/${path}`).set(headers);

describe('an audited operation', () => {
  it('commits its change and one complete entry', async () => {
    const answer = await post('first').set('user-agent', `agent\t${'x'.repeat(500)}`);
    expect(answer.status).toBe(200);
    const [entry, ...more] = (await entriesOf('document.uploaded')).filter(
      (row) => row['target_id'] === answer.body.id,
    );
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      outcome: 'succeeded',
      actor_type: 'user',
      actor_id: ACTOR,
      actor_roles: ['user'],
      authenticated_by: 'password',
      target_type: 'document',
      target_version: 1,
      target_owner_id: ACTOR,
      reason_code: null,
      request_id: answer.headers['x-request-id'],
      ip: '127.0.0.1',
      changes: { before: { text: null }, after: { text: 'first' } },
      details: { size: 3 },
    });
    expect(String(entry?.['user_agent'])).toMatch(/^agent\ufffdx{250}$/);
    expect(entry?.['target_sha256']).toEqual(Buffer.from('ab'.repeat(32), 'hex'));
    expect(await notesOf('first')).toBe(1);
  });

  it('changes nothing and gives 500 when its entry cannot be written', async () => {
    await owner.query(`
      CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '22P02'; END $$;
      CREATE TRIGGER planted BEFORE INSERT ON audit.entries FOR EACH ROW
        WHEN (NEW.changes->'after'->>'text' = 'doomed') EXECUTE FUNCTION public.fail()`);
    const answer = await post('doomed');
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(await notesOf('doomed')).toBe(0);
  });

  it('commits no entry and no change when the commit fails', async () => {
    await owner.query(`
      CREATE FUNCTION public.fail_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted late'; END $$;
      CREATE CONSTRAINT TRIGGER planted_late AFTER INSERT ON public.notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.text = 'late') EXECUTE FUNCTION public.fail_late()`);
    const before = await entriesOf('document.uploaded');
    const answer = await post('late');
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(await entriesOf('document.uploaded')).toEqual(before);
    expect(await notesOf('late')).toBe(0);
  });

  it('commits no entry and no change when the response cannot be written as JSON', async () => {
    const before = await entriesOf('document.uploaded');
    expect((await post('answers/circular')).status).toBe(500);
    expect(await entriesOf('document.uploaded')).toEqual(before);
    expect(await notesOf('circular')).toBe(0);
  });

  it('is refused under an unknown action name', async () => {
    expect((await post('actions/unknown')).status).toBe(500);
    expect(await notesOf('unknown')).toBe(0);
  });

  it('records nothing when the entry is suppressed', async () => {
    const before = await entriesOf('document.uploaded');
    expect((await post('silence/kept')).status).toBe(200);
    expect(await entriesOf('document.uploaded')).toEqual(before);
    expect(await notesOf('silent')).toBe(1);
  });

  it('commits the entry of a stream before the first byte', async () => {
    let seen = -1;
    streams.next = Readable.from(
      (async function* () {
        seen = (await entriesOf('document.content_read')).length;
        yield 'bytes';
      })(),
    );
    const answer = await request(app.getHttpServer())
      .get('/v1/notes/stream')
      .set(as(ACTOR, 'user'))
      .buffer(true);
    expect(answer.status).toBe(200);
    expect(seen).toBe(1);
  });

  it('closes the stream of a response whose entry cannot be written', async () => {
    await owner.query(`
      CREATE TRIGGER planted_stream BEFORE INSERT ON audit.entries FOR EACH ROW
        WHEN (NEW.action = 'document.content_read') EXECUTE FUNCTION public.fail()`);
    streams.next = new Readable({ read: () => undefined });
    const answer = await request(app.getHttpServer()).get('/v1/notes/stream').set(as(ACTOR, 'user'));
    expect(answer.status).toBe(500);
    expect(streams.next.destroyed).toBe(true);
    await owner.query('DROP TRIGGER planted_stream ON audit.entries');
  });
});

describe('audited work beside a request', () => {
  it('survives the rollback of the request and records its request id', async () => {
    const answer = await post('twice/beside', {});
    expect(answer.status).toBe(401);
    expect(await notesOf('rolled back')).toBe(0);
    expect(await notesOf('beside')).toBe(1);
    expect(await entriesOf('session.refresh_reused')).toMatchObject([
      {
        outcome: 'succeeded',
        actor_type: 'system',
        request_id: answer.headers['x-request-id'],
        ip: '127.0.0.1',
      },
    ]);
    expect(await entriesOf('session.refreshed')).toMatchObject([
      { outcome: 'denied', actor_type: 'anonymous', reason_code: 'UNAUTHENTICATED', changes: null },
    ]);
  });
});

describe('a refusal', () => {
  it('by a guard is recorded with the requested operation', async () => {
    const id = newId();
    const answer = await post(`refusals/never/${id}`, as(ACTOR, 'auditor'));
    expect(answer.status).toBe(403);
    const entries = (await entriesOf('access.denied')).filter((entry) => entry['actor_id'] === ACTOR);
    expect(entries).toMatchObject([
      {
        outcome: 'denied',
        reason_code: 'FORBIDDEN',
        target_type: 'document',
        target_id: id,
        request_id: answer.headers['x-request-id'],
        details: { operation: 'r', permission: 'review:decide' },
      },
    ]);
  });

  it('of an anonymous client is recorded as well', async () => {
    const answer = await post('first', {});
    expect(answer.status).toBe(401);
    expect((await entriesOf('access.denied')).at(-1)).toMatchObject({
      actor_type: 'anonymous',
      actor_id: null,
      reason_code: 'UNAUTHENTICATED',
      request_id: answer.headers['x-request-id'],
    });
  });

  it.each([
    ['conflict', 409, 'failed', 'CONFLICT'],
    ['four eyes', 403, 'denied', 'FORBIDDEN'],
  ])(
    'by the handler is recorded under the action of the operation: %s',
    async (text, status, outcome, reason) => {
      const id = newId();
      const answer = await post(`refusals/${encodeURIComponent(text)}/${id}`, as(ACTOR, 'verifier'));
      expect(answer.status).toBe(status);
      const entries = (await entriesOf('document.verified')).filter((entry) => entry['target_id'] === id);
      expect(entries).toMatchObject([{ outcome, reason_code: reason, target_id: id, changes: null }]);
      expect(await notesOf(text)).toBe(0);
    },
  );

  it('may have an action of its own', async () => {
    await post('logins/refused', {});
    expect(await entriesOf('session.login_failed')).toMatchObject([
      { outcome: 'failed', reason_code: 'INVALID_CREDENTIALS', actor_type: 'anonymous' },
    ]);
    expect(await entriesOf('session.created')).toEqual([]);
  });

  it('is not recorded for an object that does not exist', async () => {
    const id = newId();
    await post(`refusals/missing/${id}`, as(ACTOR, 'verifier'));
    expect((await entriesOf('document.verified')).filter((entry) => entry['target_id'] === id)).toEqual([]);
  });
});
