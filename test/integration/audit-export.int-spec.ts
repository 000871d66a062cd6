import { randomBytes } from 'node:crypto';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { type Response } from 'supertest';
import { newId } from '#libs/kernel';
import { AuditEntriesRepository } from '../../libs/audit/src/entries/audit-entries.repository.js';
import { plantEntries } from '../support/audit-rows.js';
import { as } from '../support/audited-app.js';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';
import { duringTests } from '../support/during-tests.js';
import { AUDITOR, type OpenAudit, openAudit } from '../support/open-audit.js';
import { type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let owner: Client;
let app: NestFastifyApplication;
let url: string;
let read: OpenAudit['read'];

const audit = duringTests(() => openAudit());

beforeAll(async () => {
  ({ database, owner, app, url, read } = audit);
});

describe('the export', () => {
  const lines = (text: string): Array<{ id: string }> =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string });

  it('has every matching entry once, oldest first, over many batches, and is recorded', async () => {
    const actorId = newId();
    const planted: string[] = [];
    for (let batch = 0; batch < 3; batch += 1) {
      planted.push(
        ...(await plantEntries(
          owner,
          Array.from({ length: 500 }, () => ({ actorId })),
        )),
      );
    }
    const answer = await read(`export?actorId=${actorId}`).buffer(true).parse(asText);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="audit.ndjson"');
    expect(lines(answer.body as string).map(({ id }) => id)).toEqual(planted);
    const { rows } = await owner.query('SELECT action, details FROM audit.entries WHERE request_id = $1', [
      answer.headers['x-request-id'],
    ]);
    expect(rows).toMatchObject([{ action: 'audit.exported', details: { filter: { actorId } } }]);
  });

  it('contains only entries that the reader may see', async () => {
    const [me, stranger] = [newId(), newId()];
    const planted = await plantEntries(owner, [
      { actorId: me },
      { actorId: stranger, targetId: newId(), targetOwnerId: me },
      { actorId: stranger },
    ]);
    const answer = await read('export', as(me, 'user')).buffer(true).parse(asText);
    expect(lines(answer.body as string)).toMatchObject([
      { id: planted[0], ip: '203.0.113.7' },
      { id: planted[1], ip: null, redacted: true },
    ]);
  });

  it('gives the log index of each entry, and null before the entry is sealed', async () => {
    const actorId = newId();
    const planted = await plantEntries(owner, [{ actorId }, { actorId }]);
    await changeRowsWithoutAudit(
      database,
      `INSERT INTO audit.sealed_leaves (leaf_index, entry_id, leaf_hash) VALUES (7, $1, $2)`,
      [planted[1], Buffer.alloc(32, 0xab)],
    );
    const answer = await read(`export?actorId=${actorId}`).buffer(true).parse(asText);
    expect(lines(answer.body as string)).toMatchObject([
      { id: planted[0], leafIndex: null, leafHash: null },
      { id: planted[1], leafIndex: 7, leafHash: 'ab'.repeat(32) },
    ]);
  });

  it('is available as CSV', async () => {
    const actorId = newId();
    const [first] = await plantEntries(owner, [
      { actorId, targetId: '=HYPERLINK("x")', targetOwnerId: actorId },
      { actorId },
    ]);
    const answer = await read(`export?format=csv&actorId=${actorId}`).buffer(true).parse(asText);
    expect([answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([
      'text/csv; charset=utf-8; header=present',
      'attachment; filename="audit.csv"',
    ]);
    const table = (answer.body as string).split('\r\n');
    expect(table).toHaveLength(4);
    expect(table[0]).toContain('"leafIndex","leafHash"');
    expect(table[1]).toContain(`"${first}"`);
    expect(table[1]).toContain(`"'=HYPERLINK(""x"")"`);
    expect((await read('export?format=xlsx')).status).toBe(422);
  });

  it('is an empty file when nothing matches', async () => {
    const answer = await read(`export?actorId=${newId()}`).buffer(true).parse(asText);
    expect([answer.status, answer.body]).toEqual([200, '']);
  });

  it('reads large entries in smaller batches than small ones', async () => {
    const actorId = newId();
    const COUNT = 20;
    const planted = await plantEntries(
      owner,
      Array.from({ length: COUNT }, () => ({
        actorId,
        details: { text: randomBytes(15_000).toString('base64') },
      })),
    );
    const slices = jest.spyOn(app.get(AuditEntriesRepository), 'findSlice');
    const answer = await read(`export?actorId=${actorId}`).buffer(true).parse(asText);
    const readAtOnce = await Promise.all(slices.mock.results.map(({ value }) => value as Promise<unknown[]>));
    slices.mockRestore();
    expect(lines(answer.body as string).map(({ id }) => id)).toEqual(planted);
    // 64 KiB and the entry that exceeds them.
    expect(Math.max(...readAtOnce.map((slice) => slice.length))).toBeLessThanOrEqual(5);
  });

  it('that fails midway does not look complete', async () => {
    const actorId = newId();
    for (let batch = 0; batch < 8; batch += 1) {
      await plantEntries(
        owner,
        Array.from({ length: 500 }, () => ({ actorId })),
      );
    }
    const answer = await begin(`export?actorId=${actorId}`);
    expect(answer.statusCode).toBe(200);
    await owner.query('ALTER TABLE audit.entries RENAME TO hidden');
    try {
      answer.resume();
      const [error] = (await once(answer, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNRESET');
      expect(answer.complete).toBe(false);
    } finally {
      await owner.query('ALTER TABLE audit.hidden RENAME TO entries');
    }
  });

  it('stops reading when the client disconnects, and waits for a slow client', async () => {
    const actorId = newId();
    const TOTAL = 60;
    // The batch size of the service.
    const BATCH = 50;
    for (let batch = 0; batch < TOTAL; batch += 1) {
      await plantEntries(
        owner,
        Array.from({ length: 500 }, () => ({ actorId })),
      );
    }
    const batches = jest.spyOn(app.get(AuditEntriesRepository), 'findSlice');
    const answer = await begin(`export?actorId=${actorId}`);
    const settled = async (): Promise<number> => {
      for (let before = -1; before !== batches.mock.calls.length; await sleep(500))
        before = batches.mock.calls.length;
      return batches.mock.calls.length;
    };
    // No more than fits into the buffers of two sockets.
    const waiting = await settled();
    expect(waiting).toBeLessThan((TOTAL * 500) / BATCH / 2);
    answer.destroy();
    expect(await settled()).toBeLessThanOrEqual(waiting + 1);
    batches.mockRestore();
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    const { rows } = await admin.query(
      `SELECT state FROM pg_stat_activity WHERE datname = $1 AND application_name = 'veritrail-test' AND state <> 'idle'`,
      [database.name],
    );
    await admin.end();
    expect(rows).toEqual([]);
    expect((await read('entries?limit=1')).status).toBe(200);
  });

  /** Starts a response without reading its body. */
  async function begin(path: string): Promise<IncomingMessage> {
    const call = httpGet(`${url}/v1/audit/${path}`, { headers: AUDITOR });
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    call.on('error', () => undefined);
    return answer;
  }
});

function asText(response: Response, done: (error: Error | null, body: string) => void): void {
  const stream = response as unknown as NodeJS.ReadableStream;
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text += chunk));
  stream.on('end', () => done(null, text));
}
