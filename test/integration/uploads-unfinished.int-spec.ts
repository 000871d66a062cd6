import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StagingSweep } from '#libs/documents';
import { UnitOfWork } from '#libs/postgres';
import { BlobStore } from '#libs/storage';
import { UploadClaimsRepository } from '../../libs/documents/src/upload/upload-claims.repository.js';
import { as } from '../support/audited-app.js';
import { duringTests } from '../support/during-tests.js';
import {
  answerOf,
  filePart,
  multipartBody,
  openUpload,
  type RawAnswer,
  upload,
} from '../support/multipart.js';
import { MAX_BYTES, OWNER, PDF, title, UploadBench } from '../support/upload-bench.js';

/** Runs work outside of any unit of work, as another process would. */
const outside = AsyncLocalStorage.snapshot();

const bench = duringTests(() => UploadBench.start());

/** Sends without end, and expects a 413 before far more than the limit was sent. */
async function expectTooLarge(request: ClientRequest, answer: Promise<RawAnswer>): Promise<RawAnswer> {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let answered = false;
  void answer.finally(() => (answered = true));
  let sent = 0;
  while (!answered && sent < 50 * MAX_BYTES) {
    sent += chunk.length;
    if (!request.write(chunk)) await Promise.race([once(request, 'drain'), answer]);
  }
  const { status, body } = await answer;
  expect([status, body['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  expect(sent).toBeLessThan(50 * MAX_BYTES);
  request.destroy();
  return answer;
}

describe('uploads', () => {
  describe('that do not complete', () => {
    it('are refused while they stream once they are too large', async () => {
      await bench.expectNothingLeft(async () => {
        const request = openUpload(bench.url, as(OWNER, 'user'));
        const answer = answerOf(request);
        request.write(multipartBody([title(), filePart('')], { close: false }).subarray(0, -2));
        const { body } = await expectTooLarge(request, answer);
        expect(body['detail']).toContain(String(MAX_BYTES));
      });
    });

    it.each(['before', 'behind'])('are refused when endless bytes arrive %s the parts', async (where) => {
      await bench.expectNothingLeft(async () => {
        const request = openUpload(bench.url, as(OWNER, 'user'));
        const answer = answerOf(request);
        if (where === 'behind') request.write(multipartBody([title(), filePart(PDF)]));
        await expectTooLarge(request, answer);
      });
    });

    it('are refused before their body is sent when they announce too large a length', async () => {
      const headers = {
        ...as(OWNER, 'user'),
        expect: '100-continue',
        'content-length': String(3 * MAX_BYTES),
      };
      const request = openUpload(bench.url, headers);
      let toldToGoOn = false;
      request.on('continue', () => (toldToGoOn = true));
      const answer = answerOf(request);
      request.flushHeaders();
      expect((await answer).status).toBe(413);
      expect(toldToGoOn).toBe(false);
      request.destroy();
    });

    it('time out when they stop arriving: in the file, before it, and after it', async () => {
      const impatient = await UploadBench.start({ idleTimeoutMs: 400 });
      try {
        const whole = multipartBody([title(), filePart(PDF)]);
        for (const beginning of [whole.subarray(0, 20_000), whole.subarray(0, 40), whole.subarray(0, -8)]) {
          await impatient.expectNothingLeft(async () => {
            const request = openUpload(impatient.url, as(OWNER, 'user'));
            const answer = answerOf(request);
            request.write(beginning);
            const { status, body } = await answer;
            expect([status, body['code']]).toEqual([408, 'REQUEST_TIMEOUT']);
            request.destroy();
          });
        }
      } finally {
        await impatient.close();
      }
    });

    it('leave nothing when the client disconnects midway', async () => {
      await bench.expectNothingLeft(async () => {
        const requests = Array.from({ length: 10 }, () => openUpload(bench.url, as(OWNER, 'user')));
        for (const request of requests) {
          request.on('error', () => undefined);
          request.write(multipartBody([title(), filePart(PDF)]).subarray(0, 30_000));
        }
        await sleep(100);
        for (const request of requests) request.destroy();
      });
    });

    it('leave nothing when the handler refuses, keeps nothing, or fails in its commit', async () => {
      const { status } = await bench.expectNothingLeft(() => bench.post([title('refused'), filePart(PDF)]));
      expect(status).toBe(409);
      expect(
        (await bench.expectNothingLeft(() => bench.post([title('not kept'), filePart(PDF)]))).status,
      ).toBe(201);
      const failed = await bench.expectNothingLeft(() =>
        bench.post([title('fails before the commit'), filePart(PDF)]),
      );
      expect(failed.status).toBe(500);
    });

    it('leave nothing when an anonymous client sends them', async () => {
      const { status } = await bench.expectNothingLeft(() => upload(bench.url, {}, [title(), filePart(PDF)]));
      expect(status).toBe(401);
    });
  });

  describe('that a crash interrupts', () => {
    const sweep = (): Promise<{ settled: number; removed: number; undecided: number }> =>
      bench.app.get(BlobStore, { strict: false }).sweep({
        olderThanMs: 0,
        references: (keys) => bench.app.get(UploadClaimsRepository, { strict: false }).references(keys),
      });

    it('are removed when the connection was lost during a commit that did not happen', async () => {
      // The backend dies in the middle of COMMIT: the outcome is unknown to the application.
      await bench.admin.query(`
        CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
          $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON documents.documents DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.title = 'loses its commit') EXECUTE FUNCTION public.die();`);
      const before = await bench.rows();
      const { status } = await bench.post([title('loses its commit'), filePart(PDF)]);
      expect(status).toBeGreaterThanOrEqual(500);
      expect(await bench.rows()).toBe(before);
      expect(await readdir(join(bench.blobs, 'staging'))).toHaveLength(1);
      expect(await sweep()).toEqual({ settled: 0, removed: 1, undecided: 0 });
      expect(await readdir(join(bench.blobs, 'staging'))).toHaveLength(0);
    });

    it('are kept when the commit happened and only the settle step was lost', async () => {
      const store = bench.app.get(BlobStore, { strict: false });
      const settle = jest.spyOn(store, 'settle').mockRejectedValueOnce(new Error('killed'));
      const { body } = await bench.post([title(), filePart(PDF)]);
      settle.mockRestore();
      expect(await readdir(join(bench.blobs, 'staging'))).toHaveLength(1);
      expect(await sweep()).toEqual({ settled: 1, removed: 0, undecided: 0 });
      await (await store.open(String(body['storageKey']))).close();
    });

    it('are not removed while a transaction that uses them is open', async () => {
      const [store, uow] = [
        bench.app.get(BlobStore, { strict: false }),
        bench.app.get(UnitOfWork, { strict: false }),
      ];
      const { key } = await store.stage(Readable.from([PDF]), { maxBytes: MAX_BYTES, idleTimeoutMs: 1000 });
      await uow.transact(async () => {
        await bench.app.get(UploadClaimsRepository, { strict: false }).hold(key);
        await store.publish(key);
        // Runs as the sweep of another process: outside this unit of work.
        expect(await outside(sweep)).toEqual({ settled: 0, removed: 0, undecided: 1 });
        expect((await stat(join(bench.blobs, key.slice(-4, -2), key.slice(-2), key))).size).toBe(PDF.length);
      });
      expect(await sweep()).toEqual({ settled: 0, removed: 1, undecided: 0 });
    });

    it('are not removed by the regular sweep while they are new', async () => {
      const store = bench.app.get(BlobStore, { strict: false });
      const { key } = await store.stage(Readable.from([PDF]), { maxBytes: MAX_BYTES, idleTimeoutMs: 1000 });
      expect(await bench.app.get(StagingSweep, { strict: false }).run()).toEqual({
        settled: 0,
        removed: 0,
        undecided: 0,
      });
      await store.discard(key);
    });
  });
});
