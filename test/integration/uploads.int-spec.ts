import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Injectable, Post, Req } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional } from 'class-validator';
import { Client } from 'pg';
import { StagedUploadInterceptor, StagingSweep, UploadModule } from '#libs/documents';
import {
  Actor,
  AuditTrail,
  Configuration,
  ConflictError,
  CurrentActor,
  newId,
  Operation,
  scopeOfRequest,
  TextField,
  UnitOfWork,
} from '#libs/kernel';
import { BlobStore } from '#libs/storage';
import { StagedUploads } from '../../libs/documents/src/upload/staged-uploads.js';
import { UploadClaimsRepository } from '../../libs/documents/src/upload/upload-claims.repository.js';
import { StagedFile, UploadedFile } from '../../libs/documents/src/upload/uploaded-file.js';
import { as, createAuditedApp } from '../support/audited-app.js';
import { jpegBytes, pngBytes } from '../support/images.js';
import {
  answerOf,
  field,
  filePart,
  multipartBody,
  openUpload,
  type Part,
  type RawAnswer,
  upload,
} from '../support/multipart.js';
import { pdfBytes } from '../support/pdf.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const OWNER = newId();
const MAX_BYTES = 2 * 1024 * 1024;
const PDF = pdfBytes(40_000);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What the test wants to go wrong, said in the title. */
class ProbeForm {
  @TextField({ description: 'The title.', max: 200 })
  title!: string;

  @IsOptional()
  metadata?: unknown;
}

@Injectable()
class ProbeService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly uploads: StagedUploads,
    private readonly audit: AuditTrail,
  ) {}

  async store(
    actor: Actor,
    title: string,
    file: UploadedFile,
    digest: string | null,
  ): Promise<Record<string, unknown>> {
    const { storageKey, sha256: hash, size, mediaType, fileName } = file;
    if (title === 'not kept') return { storageKey };
    const id = newId();
    const manager = await this.uow.manager();
    await manager.query(
      `INSERT INTO documents.documents (id, owner_id, title, type, status, current_version, created_at, updated_at)
       VALUES ($1, $2, $3, 'probe', 'pending', 1, now(), now())`,
      [id, actor.id, title],
    );
    await manager.query(
      `INSERT INTO documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
         created_at) VALUES ($1, 1, decode($2, 'hex'), $3, $4, $5, $6, $7, now())`,
      [id, hash, size, mediaType, fileName, storageKey, actor.id],
    );
    this.audit.about({ type: 'document', id, version: 1, sha256: hash });
    this.uploads.keep(file);
    if (title === 'refused') throw new ConflictError();
    if (title === 'fails before the commit') {
      this.uow.beforeCommit(() => Promise.reject(new Error('the disk of the audit log burns')));
    }
    return { storageKey, sha256: hash, size, mediaType, fileName, digest };
  }
}

@Controller('v1/probe')
class ProbeController {
  constructor(private readonly probe: ProbeService) {}

  @Post()
  @Operation({
    id: 'probeUpload',
    summary: 's',
    access: 'document:create',
    audited: 'document.uploaded',
    body: 'multipart',
    success: { status: 201, description: 'Stored.' },
  })
  upload(
    @CurrentActor() actor: Actor,
    @Body() form: ProbeForm,
    @StagedFile() file: UploadedFile,
    @Req() request: object,
  ): Promise<Record<string, unknown>> {
    return this.probe.store(actor, form.title, file, scopeOfRequest(request).bodyDigest);
  }
}

describe('uploads', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let admin: Client;
  let blobs: string;
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    app = await createAuditedApp(
      database.url,
      {
        controllers: [ProbeController],
        providers: [ProbeService],
        imports: [UploadModule],
        around: [StagedUploadInterceptor],
      },
      {
        MAX_UPLOAD_BYTES: String(MAX_BYTES),
        UPLOAD_IDLE_TIMEOUT_MS: '400',
        MIN_FREE_BYTES: '0',
      },
    );
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/v1/probe`;
    blobs = join(app.get(Configuration).dataDir, 'blobs');
  });

  afterAll(async () => {
    await app.close();
    await admin.end();
    await database.drop();
  });

  const post = (parts: readonly Part[] | Buffer): Promise<RawAnswer> => upload(url, as(OWNER, 'user'), parts);
  const title = (text = 'A title'): Part => field('title', text);

  async function storedFiles(): Promise<string[]> {
    const files = await readdir(blobs, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile() && file.name !== '.veritrail-store')
      .map((file) => join(file.parentPath, file.name).slice(blobs.length));
  }

  async function rows(): Promise<number> {
    const { rows: counted } = await admin.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM documents.versions',
    );
    return counted[0]?.n ?? -1;
  }

  /** Runs what must not succeed, and looks at what it left behind: nothing, also when that takes a moment. */
  async function expectNothingLeft<T>(action: () => Promise<T>): Promise<T> {
    const before = [await rows(), (await storedFiles()).length];
    const result = await action();
    const deadline = Date.now() + 2000;
    while ((await storedFiles()).length !== before[1] && Date.now() < deadline) await sleep(20);
    expect([await rows(), (await storedFiles()).length]).toEqual(before);
    return result;
  }

  async function expectProblem(
    parts: readonly Part[] | Buffer,
    status: number,
    code: string,
    pointer?: string,
  ): Promise<void> {
    const { status: got, body } = await expectNothingLeft(() => post(parts));
    const pointers = (body['errors'] as Array<{ pointer: string }> | undefined)?.map((one) => one.pointer);
    expect({ status: got, code: body['code'] }).toEqual({ status, code });
    if (pointer !== undefined) expect(pointers).toContain(pointer);
  }

  describe('that are whole', () => {
    it('are stored with their hash, size, type and name, and leave no staging entry', async () => {
      const { status, body } = await post([title(), filePart(PDF, 'Führerschein.pdf', 'application/pdf')]);
      expect(status).toBe(201);
      expect(body).toEqual({
        storageKey: expect.any(String) as string,
        sha256: sha256(PDF),
        size: PDF.length,
        mediaType: 'application/pdf',
        fileName: 'Führerschein.pdf',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      });
      const key = String(body['storageKey']);
      expect((await storedFiles()).filter((file) => file.includes(key))).toEqual([
        `/${key.slice(-4, -2)}/${key.slice(-2)}/${key}`,
      ]);
    });

    it('may bring their parts in any order, and metadata as text or as a JSON part', async () => {
      const metadata = field('metadata', '{"country":"FR"}');
      const asJson: Part = { ...metadata, fileName: 'blob', type: 'application/json' };
      for (const parts of [
        [title(), metadata, filePart(PDF)],
        [filePart(PDF), title(), metadata],
        [asJson, filePart(PDF), title()],
      ]) {
        expect((await post(parts)).status).toBe(201);
      }
    });

    it('may be pictures, and declare no type', async () => {
      expect((await post([title(), filePart(pngBytes(), 'a.png')])).body['mediaType']).toBe('image/png');
      expect((await post([title(), filePart(jpegBytes(), 'a.jpg')])).body['mediaType']).toBe('image/jpeg');
    });

    it('may say their name in the extended way', async () => {
      const headers = [`Content-Disposition: form-data; name="file"; filename*=UTF-8''na%C3%AFve%20plan.pdf`];
      const { body } = await post([title(), { headers, content: PDF }]);
      expect(body['fileName']).toBe('naïve plan.pdf');
    });

    it('keep only the last segment of a path', async () => {
      const { body } = await post([title(), filePart(PDF, '../../../../etc/cron.d/x.pdf')]);
      expect(body['fileName']).toBe('x.pdf');
    });

    it('have a digest that differs when anything differs', async () => {
      const answers = [
        await post([title(), filePart(PDF)]),
        await post([filePart(PDF), title()]),
        await post([title('Another'), filePart(PDF)]),
        await post([title(), filePart(pdfBytes(40_001))]),
        await post([title(), filePart(PDF, 'another.pdf')]),
      ];
      const digests = answers.map(({ body }) => body['digest']);
      expect(digests[1]).toBe(digests[0]);
      expect(new Set(digests).size).toBe(4);
    });

    it('do not disturb each other', async () => {
      const files = Array.from({ length: 30 }, (_, index) => pdfBytes(100_000 + index, String(index)));
      const before = await rows();
      const answers = await Promise.all(files.map((file) => post([title(), filePart(file)])));
      expect(answers.map(({ body }) => body['sha256'])).toEqual(files.map(sha256));
      expect(await rows()).toBe(before + 30);
      expect(await readdir(join(blobs, 'staging'))).toEqual([]);
    });

    it('take exactly the limit', async () => {
      expect((await post([title(), filePart(pdfBytes(MAX_BYTES))])).status).toBe(201);
    });
  });

  describe('that are not acceptable', () => {
    it.each([
      ['no file', [title()], '/file'],
      ['two files', [title(), filePart(PDF), filePart(PDF)], '/file'],
      ['an empty file', [title(), filePart('')], '/file'],
      ['an unknown field', [title(), filePart(PDF), field('owner', 'x')], '/owner'],
      ['no title', [filePart(PDF)], '/title'],
      ['two titles', [title(), filePart(PDF), title()], '/title'],
      ['a file where text belongs', [{ ...title(), fileName: 'x.txt' }, filePart(PDF)], '/title'],
      ['another file', [title(), { ...filePart(PDF), name: 'attachment' }], '/attachment'],
      ['metadata that is no JSON', [title(), filePart(PDF), field('metadata', '{')], '/metadata'],
      [
        'metadata that repeats itself',
        [title(), filePart(PDF), field('metadata', '{"a":"1","a":"2"}')],
        '/metadata',
      ],
      [
        'metadata with a prototype',
        [title(), filePart(PDF), field('metadata', '{"__proto__":{}}')],
        '/metadata',
      ],
      [
        'metadata without a bottom',
        [title(), filePart(PDF), field('metadata', '['.repeat(20_000))],
        '/metadata',
      ],
      ['a NUL in the title', [title('a\0b'), filePart(PDF)], '/title'],
      ['an empty title', [title(''), filePart(PDF)], '/title'],
    ] as Array<[string, Part[], string]>)('are refused with %s', async (_, parts, pointer) => {
      await expectProblem(parts, 422, 'VALIDATION_FAILED', pointer);
    });

    it.each([
      ['a control character', 'a\u0001.pdf'],
      ['a bidirectional override', 'a\u202efdp.exe.pdf'],
      ['nothing', ''],
      ['only dots', '..'],
      ['too much', `${'x'.repeat(300)}.pdf`],
    ])('are refused when the name holds %s', async (_, name) => {
      await expectProblem([title(), filePart(PDF, name)], 422, 'FILE_NAME_NOT_ACCEPTED', '/file');
    });

    it('are refused when the name is not UTF-8', async () => {
      const body = multipartBody([title(), filePart(PDF, 'XX.pdf')]);
      body.write('\xe9\xe8', body.indexOf('XX.pdf'), 'latin1');
      await expectProblem(body, 422, 'FILE_NAME_NOT_ACCEPTED', '/file');
    });

    it.each([
      ['a bare line feed in the name', ['Content-Disposition: form-data; name="file"; filename="a\nb.pdf"']],
      ['no disposition', ['Content-Type: application/pdf']],
      ['another disposition', ['Content-Disposition: attachment; name="file"; filename="a.pdf"']],
    ])('are refused with %s', async (_, headers) => {
      await expectProblem([title(), { headers, content: PDF }], 422, 'VALIDATION_FAILED', '/file');
    });

    it('are refused with a line break in the name', async () => {
      const headers = ['Content-Disposition: form-data; name="file"; filename="a\r\nb.pdf"'];
      await expectProblem([title(), { headers, content: PDF }], 422, 'FILE_TYPE_MISMATCH', '/file');
    });

    it('are refused by what the bytes are', async () => {
      await expectProblem([title(), filePart('just text', 'a.pdf')], 415, 'FILE_TYPE_NOT_ACCEPTED', '/file');
      await expectProblem([title(), filePart(PDF, 'a.png')], 422, 'FILE_TYPE_MISMATCH', '/file');
      await expectProblem([title(), filePart(PDF, 'a.pdf', 'image/png')], 422, 'FILE_TYPE_MISMATCH');
      await expectProblem([title(), filePart(PDF.subarray(0, 9000))], 422, 'FILE_MALFORMED', '/file');
    });
  });

  describe('that cannot be read', () => {
    it.each([
      ['cut off in the file', multipartBody([title(), filePart(PDF)]).subarray(0, 20_000)],
      ['cut off in a field', multipartBody([filePart(PDF), title('x'.repeat(100))]).subarray(0, -60)],
      ['cut off in a header', multipartBody([title(), filePart(PDF)]).subarray(0, 150)],
      ['without their last boundary', multipartBody([title(), filePart(PDF)], { close: false })],
      [
        'with a field that is not UTF-8',
        multipartBody([field('title', Buffer.from([0xc3, 0x28])), filePart(PDF)]),
      ],
      ['with a name from the prototype', multipartBody([field('__proto__', 'x'), title(), filePart(PDF)])],
      ['with a nameless part', multipartBody([{ content: 'x' }, title(), filePart(PDF)])],
    ])('are malformed when %s', async (_, body) => {
      await expectProblem(body, 400, 'BAD_REQUEST');
    });

    it('are malformed without a boundary, and with the wrong one have nothing in them', async () => {
      for (const type of ['multipart/form-data; charset=utf-8', 'multipart/form-data; boundary=other']) {
        const request = openUpload(url, { ...as(OWNER, 'user'), 'content-type': type });
        const answer = answerOf(request);
        request.end(multipartBody([title(), filePart(PDF)]));
        expect([400, 422]).toContain((await answer).status);
      }
    });

    it('are not of this kind at all', async () => {
      for (const [type, body] of [
        ['application/json', '{"title":"x"}'],
        ['application/x-www-form-urlencoded', 'title=x'],
        ['multipart/mixed; boundary=x', '--x--'],
      ] as const) {
        const request = openUpload(url, { ...as(OWNER, 'user'), 'content-type': type });
        const answer = answerOf(request);
        request.end(body);
        expect((await answer).status).toBe(415);
      }
    });

    it('have too many parts or too large fields', async () => {
      const many = Array.from({ length: 40 }, (_, index) => field(`f${index}`, 'x'));
      await expectProblem([...many, filePart(PDF)], 413, 'PAYLOAD_TOO_LARGE');
      await expectProblem([title('x'.repeat(70_000)), filePart(PDF)], 413, 'PAYLOAD_TOO_LARGE');
    });
  });

  describe('that do not end well', () => {
    it('are refused while they stream once they are too large', async () => {
      await expectNothingLeft(async () => {
        const request = openUpload(url, as(OWNER, 'user'));
        const answer = answerOf(request);
        request.write(multipartBody([title(), filePart('')], { close: false }).subarray(0, -2));
        const chunk = Buffer.alloc(64 * 1024);
        let answered = false;
        void answer.finally(() => (answered = true));
        let sent = 0;
        // Far more than the limit, for ever if it must be.
        while (!answered && sent < 50 * MAX_BYTES) {
          sent += chunk.length;
          if (!request.write(chunk)) await Promise.race([once(request, 'drain'), answer]);
        }
        const { status, body } = await answer;
        expect([status, body['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
        expect(body['detail']).toContain(String(MAX_BYTES));
        expect(sent).toBeLessThan(10 * MAX_BYTES);
        request.destroy();
      });
    });

    it('are refused before they are sent when they announce that they are too large', async () => {
      const headers = {
        ...as(OWNER, 'user'),
        expect: '100-continue',
        'content-length': String(3 * MAX_BYTES),
      };
      const request = openUpload(url, headers);
      let toldToGoOn = false;
      request.on('continue', () => (toldToGoOn = true));
      const answer = answerOf(request);
      request.flushHeaders();
      expect((await answer).status).toBe(413);
      expect(toldToGoOn).toBe(false);
      request.destroy();
    });

    it('are given up when they stop arriving: in the file, before it, and behind it', async () => {
      const whole = multipartBody([title(), filePart(PDF)]);
      for (const beginning of [whole.subarray(0, 20_000), whole.subarray(0, 40), whole.subarray(0, -8)]) {
        await expectNothingLeft(async () => {
          const request = openUpload(url, as(OWNER, 'user'));
          const answer = answerOf(request);
          request.write(beginning);
          expect((await answer).status).toBe(408);
          request.destroy();
        });
      }
    });

    it('leave nothing when the client goes away half-way', async () => {
      await expectNothingLeft(async () => {
        const requests = Array.from({ length: 10 }, () => openUpload(url, as(OWNER, 'user')));
        for (const request of requests) {
          request.on('error', () => undefined);
          request.write(multipartBody([title(), filePart(PDF)]).subarray(0, 30_000));
        }
        await sleep(100);
        for (const request of requests) request.destroy();
      });
    });

    it('leave nothing when the handler refuses, keeps nothing, or its transaction fails in the end', async () => {
      const { status } = await expectNothingLeft(() => post([title('refused'), filePart(PDF)]));
      expect(status).toBe(409);
      expect((await expectNothingLeft(() => post([title('not kept'), filePart(PDF)]))).status).toBe(201);
      const failed = await expectNothingLeft(() => post([title('fails before the commit'), filePart(PDF)]));
      expect(failed.status).toBe(500);
    });

    it('leave nothing when nobody in particular sends them', async () => {
      const { status } = await expectNothingLeft(() => upload(url, {}, [title(), filePart(PDF)]));
      expect(status).toBe(401);
    });
  });

  describe('that a crash interrupts', () => {
    const sweep = (): Promise<{ settled: number; removed: number; undecided: number }> =>
      app.get(BlobStore, { strict: false }).sweep({
        olderThanMs: 0,
        references: (keys) => app.get(UploadClaimsRepository, { strict: false }).references(keys),
      });

    it('are removed when the commit was lost and did not happen', async () => {
      // The backend dies in the middle of COMMIT: nobody can tell the application what became of it.
      await admin.query(`
        CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
          $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON documents.documents DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.title = 'loses its commit') EXECUTE FUNCTION public.die();`);
      const before = await rows();
      const { status } = await post([title('loses its commit'), filePart(PDF)]);
      expect(status).toBeGreaterThanOrEqual(500);
      expect(await rows()).toBe(before);
      expect(await readdir(join(blobs, 'staging'))).toHaveLength(1);
      expect(await sweep()).toEqual({ settled: 0, removed: 1, undecided: 0 });
      expect(await readdir(join(blobs, 'staging'))).toHaveLength(0);
    });

    it('are kept when the commit happened and only the settling was lost', async () => {
      const store = app.get(BlobStore, { strict: false });
      const settle = jest.spyOn(store, 'settle').mockRejectedValueOnce(new Error('killed'));
      const { body } = await post([title(), filePart(PDF)]);
      settle.mockRestore();
      expect(await readdir(join(blobs, 'staging'))).toHaveLength(1);
      expect(await sweep()).toEqual({ settled: 1, removed: 0, undecided: 0 });
      await (await store.open(String(body['storageKey']))).close();
    });

    it('are left alone while a transaction is about to decide about them', async () => {
      const [store, uow] = [app.get(BlobStore, { strict: false }), app.get(UnitOfWork, { strict: false })];
      const { key } = await store.stage(Readable.from([PDF]), { maxBytes: MAX_BYTES, idleTimeoutMs: 1000 });
      await uow.transact(async () => {
        await app.get(UploadClaimsRepository, { strict: false }).hold(key);
        await store.publish(key);
        // Another process's sweep: outside of this unit of work.
        expect(await outside(sweep)).toEqual({ settled: 0, removed: 0, undecided: 1 });
        expect((await stat(join(blobs, key.slice(-4, -2), key.slice(-2), key))).size).toBe(PDF.length);
      });
      expect(await sweep()).toEqual({ settled: 0, removed: 1, undecided: 0 });
    });

    it('are not touched by the regular sweep while they are young', async () => {
      const store = app.get(BlobStore, { strict: false });
      const { key } = await store.stage(Readable.from([PDF]), { maxBytes: MAX_BYTES, idleTimeoutMs: 1000 });
      expect(await app.get(StagingSweep, { strict: false }).run()).toEqual({
        settled: 0,
        removed: 0,
        undecided: 0,
      });
      await store.discard(key);
    });
  });
});

/** Runs work outside of any unit of work, as another process would. */
const outside = AsyncLocalStorage.snapshot();
