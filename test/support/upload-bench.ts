import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Controller, Injectable, Post, Req } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional } from 'class-validator';
import { Client } from 'pg';
import { Configuration } from '#libs/config';
import { UploadModule } from '#libs/documents';
import { AuthorityCheck, CurrentActor, Operation, scopeOfRequest, TextField } from '#libs/http';
import { Actor, AuditTrail, ConflictError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { StagedUploadInterceptor } from '../../libs/documents/src/upload/staged-upload.interceptor.js';
import { StagedUploads } from '../../libs/documents/src/upload/staged-uploads.js';
import { StagedFile, UploadedFile } from '../../libs/documents/src/upload/uploaded-file.js';
import { as, createAuditedApp } from './audited-app.js';
import { field, type Part, type RawAnswer, upload } from './multipart.js';
import { pdfBytes } from './pdf.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export const OWNER = newId();
export const MAX_BYTES = 2 * 1024 * 1024;
export const PDF = pdfBytes(40_000);

/** Its title selects what the service should do wrong. */
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
    this.audit.setTarget({ type: 'document', id, version: 1, sha256: hash });
    this.audit.setChanges({}, { status: 'pending', revision: 1, version: 1, sha256: hash });
    this.uploads.keep(file);
    if (title === 'refused') throw new ConflictError();
    if (title === 'fails before the commit') {
      this.uow.beforeCommit(() => Promise.reject(new Error('the disk of the audit log burns')));
    }
    return { storageKey, sha256: hash, size, mediaType, fileName, digest };
  }
}

/** Stands for the auth module, which this application does not have. */
const ADMITS_EVERYBODY = { provide: AuthorityCheck, useValue: { confirm: async () => undefined } };

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
    around: [StagedUploadInterceptor],
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

export const title = (text = 'A title'): Part => field('title', text);

/** The real upload pipeline, with its own database and folder, and a service that stores what it receives. */
export class UploadBench {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly admin: Client,
    /** The URL for uploads. */
    readonly url: string,
    private readonly database: TestDatabase,
  ) {}

  /** The default idle timeout is far beyond the needs of a busy machine: tests of the timeout set a short one. */
  static async start({ idleTimeoutMs = 60_000 } = {}): Promise<UploadBench> {
    const database = await createTestDatabase();
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    const app = await createAuditedApp(
      database.url,
      {
        controllers: [ProbeController],
        providers: [ProbeService, ADMITS_EVERYBODY],
        imports: [UploadModule],
      },
      {
        MAX_UPLOAD_BYTES: String(MAX_BYTES),
        UPLOAD_IDLE_TIMEOUT_MS: String(idleTimeoutMs),
        MIN_FREE_BYTES: '0',
      },
    );
    await app.listen(0, '127.0.0.1');
    return new UploadBench(app, admin, `${await app.getUrl()}/v1/probe`, database);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.admin.end();
    await this.database.drop();
  }

  /** The folder of the store. */
  get blobs(): string {
    return join(this.app.get(Configuration).dataDir, 'blobs');
  }

  post(parts: readonly Part[] | Buffer): Promise<RawAnswer> {
    return upload(this.url, as(OWNER, 'user'), parts);
  }

  async storedFiles(): Promise<string[]> {
    const files = await readdir(this.blobs, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile() && file.name !== '.veritrail-store')
      .map((file) => join(file.parentPath, file.name).slice(this.blobs.length));
  }

  async rows(): Promise<number> {
    const { rows } = await this.admin.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM documents.versions',
    );
    return rows[0]?.n ?? -1;
  }

  /** Runs an action that must fail, and checks that it leaves nothing behind, after a short wait if necessary. */
  async expectNothingLeft<T>(action: () => Promise<T>): Promise<T> {
    const before = [await this.rows(), (await this.storedFiles()).length];
    const result = await action();
    const deadline = Date.now() + 20_000;
    while ((await this.storedFiles()).length !== before[1] && Date.now() < deadline) await sleep(20);
    expect([await this.rows(), (await this.storedFiles()).length]).toEqual(before);
    return result;
  }

  async expectProblem(
    parts: readonly Part[] | Buffer,
    status: number,
    code: string,
    pointer?: string,
  ): Promise<void> {
    const { status: got, body } = await this.expectNothingLeft(() => this.post(parts));
    const pointers = (body['errors'] as Array<{ pointer: string }> | undefined)?.map((one) => one.pointer);
    expect({ status: got, code: body['code'] }).toEqual({ status, code });
    if (pointer !== undefined) expect(pointers).toContain(pointer);
  }
}
