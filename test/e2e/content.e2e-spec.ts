import { createHash } from 'node:crypto';
import { chmod, open, rename, truncate } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Client } from 'pg';
import { type ApiClient } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import { stored } from '../support/documents.js';
import { pngBytes } from '../support/images.js';
import { pdfBytes } from '../support/pdf.js';
import { blobsOf, uploadDocument, type UploadedDocument, uploadForm } from '../support/uploads.js';

const MIB = 1024 ** 2;
const PDF = pdfBytes(5 * MIB + 321);
const digest = (bytes: Buffer, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('sha256').update(bytes).digest(encoding);

let owner: ApiClient;
let verifier: ApiClient;
let document: UploadedDocument;

const api = useApi();

beforeAll(async () => {
  owner = api.as('user');
  verifier = api.as('verifier');
  document = await uploadDocument(owner, PDF, 'Führerschein (neu).pdf');
});

const pathOf = ({ id }: { id: string }): string => `/v1/documents/${id}/content`;
const read = (client: ApiClient, path: string) => client.get(path).responseType('blob');

interface Reading {
  actor_id: string;
  target_version: number;
  sha256: string;
  details: Record<string, unknown> | null;
}

function readingsOf(id: string): Promise<Reading[]> {
  return stored<Reading>(
    api,
    `SELECT actor_id, target_version, encode(target_sha256, 'hex') AS sha256, details FROM audit.entries
     WHERE target_id = $1 AND action = 'document.content_read' AND outcome = 'succeeded' ORDER BY id`,
    [id],
  );
}

/** The path of a document's bytes in the store. */
async function fileOf(id: string): Promise<string> {
  const [row] = await stored<{ key: string }>(
    api,
    'SELECT storage_key AS key FROM documents.versions WHERE document_id = $1',
    [id],
  );
  const key = row!.key;
  return `${blobsOf(api)}/${key.slice(-4, -2)}/${key.slice(-2)}/${key}`;
}

/** Flips one bit, as storage decay does. */
async function flip(path: string, position: number): Promise<void> {
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, position);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await file.write(byte, 0, 1, position);
  await file.close();
}

describe('a download', () => {
  it('returns exactly the uploaded bytes, with headers for checking them and against executing them', async () => {
    const { body, headers } = await read(owner, pathOf(document)).expect(200);
    expect(digest(body as Buffer)).toBe(digest(PDF));
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(PDF.length),
      'content-disposition':
        'attachment; filename="F?hrerschein (neu).pdf"; filename*=UTF-8\'\'F%C3%BChrerschein%20%28neu%29.pdf',
      etag: `"${document.sha256}"`,
      'repr-digest': `sha-256=:${digest(PDF, 'base64')}:`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('keeps a file name in any script', async () => {
    const named = await uploadDocument(owner, pdfBytes(3000), '身分証明書 №1.pdf');
    expect(named.fileName).toBe('身分証明書 №1.pdf');
    const { headers } = await read(owner, pathOf(named)).expect(200);
    expect(headers['content-disposition']).toContain(
      "filename*=UTF-8''%E8%BA%AB%E5%88%86%E8%A8%BC%E6%98%8E%E6%9B%B8%20%E2%84%961.pdf",
    );
  });

  it('has the content type of its file signature', async () => {
    const picture = await uploadDocument(owner, pngBytes(30, 20), 'scan.PNG');
    const { headers, body } = await read(owner, pathOf(picture)).expect(200);
    expect(headers['content-type']).toBe('image/png');
    expect((body as Buffer).equals(pngBytes(30, 20))).toBe(true);
  });

  it('returns the requested version, and the current version by default', async () => {
    const [first, second] = [pdfBytes(4000, 'first'), pdfBytes(5000, 'second')];
    const { id } = await uploadDocument(owner, first);
    await uploadForm(owner, second, { path: `/v1/documents/${id}/versions` }).expect(201);
    const bytes = async (path: string): Promise<Buffer> =>
      (await read(owner, `/v1/documents/${id}${path}`).expect(200)).body as Buffer;
    expect((await bytes('/versions/1/content')).equals(first)).toBe(true);
    expect((await bytes('/versions/2/content')).equals(second)).toBe(true);
    expect((await bytes('/content')).equals(second)).toBe(true);
    await owner.get(`/v1/documents/${id}/versions/3/content`).expect(404);
    for (const wrong of ['0', '-1', 'x', '1.5', '2147483648', '99999999999999999999']) {
      await owner.get(`/v1/documents/${id}/versions/${wrong}/content`).expect(422);
    }
    expect((await readingsOf(id)).map((reading) => reading.target_version)).toEqual([1, 2, 2]);
  });

  it('is for the owner and for reviewers, and does not exist for others', async () => {
    await read(verifier, pathOf(document)).expect(200);
    await read(api.as('admin'), pathOf(document)).expect(200);
    const stranger = await api.newcomer(['user']);
    await stranger.get(pathOf(document)).expect(404);
    await stranger.get(`/v1/documents/${document.id}/versions/1/content`).expect(404);
    await api.as('auditor').get(pathOf(document)).expect(403);
    await api.as('user_manager').get(pathOf(document)).expect(403);
    await api.anonymous.get(pathOf(document)).expect(401);
  });
});

describe('a range of a download', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=100-299', 100, 299],
    ['bytes=3000000-', 3_000_000, PDF.length - 1],
    ['bytes=-500', PDF.length - 500, PDF.length - 1],
    [`bytes=${PDF.length - 1}-${PDF.length + 10}`, PDF.length - 1, PDF.length - 1],
  ])('%s is exactly these bytes', async (range, start, end) => {
    const { body, headers } = await read(owner, pathOf(document)).set('Range', range).expect(206);
    expect((body as Buffer).equals(PDF.subarray(start, end + 1))).toBe(true);
    expect(headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/${PDF.length}`,
      'content-length': String(end - start + 1),
      'content-type': 'application/pdf',
      'repr-digest': `sha-256=:${digest(PDF, 'base64')}:`,
    });
  });

  it('is the whole file if the range is not usable', async () => {
    for (const range of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=9-1']) {
      const { body } = await read(owner, pathOf(document)).set('Range', range).expect(200);
      expect(body).toHaveLength(PDF.length);
    }
  });

  it('is refused beyond the end, with a problem that states the length', async () => {
    const { body, headers } = await owner
      .get(pathOf(document))
      .set('Range', `bytes=${PDF.length}-`)
      .expect(416);
    expect(body.code).toBe('RANGE_NOT_SATISFIABLE');
    expect(headers['content-range']).toBe(`bytes */${PDF.length}`);
  });

  it('resumes a download only of the same bytes', async () => {
    const resume = (tag: string) =>
      read(owner, pathOf(document)).set('Range', 'bytes=1000-').set('If-Range', tag);
    await resume(`"${document.sha256}"`).expect(206);
    await resume(`"${'0'.repeat(64)}"`).expect(200);
    await resume('Wed, 21 Oct 2026 07:28:00 GMT').expect(200);
  });
});

describe('the audit log of downloads', () => {
  it('does not record HEAD, 304, 412 and 416 responses as reads', async () => {
    const { id, sha256 } = await uploadDocument(owner, pdfBytes(9000));
    const path = pathOf({ id });
    const head = await owner.head(path).set('Range', 'bytes=0-9').expect(200);
    expect(head.headers).toMatchObject({
      'content-length': '9000',
      'content-type': 'application/pdf',
      etag: `"${sha256}"`,
    });
    const cached = await owner.get(path).set('If-None-Match', `"x", W/"${sha256}"`).expect(304);
    expect(cached.text).toBe('');
    expect(cached.headers).toMatchObject({ etag: `"${sha256}"`, 'cache-control': 'private, no-store' });
    await owner.get(path).set('If-Match', '"other"').expect(412);
    await owner.get(path).set('Range', 'bytes=9000-').expect(416);
    expect(await readingsOf(id)).toEqual([]);
  });

  it('records every response with bytes, with actor, version and range', async () => {
    const { id, sha256 } = await uploadDocument(owner, pdfBytes(9001));
    await read(verifier, pathOf({ id })).expect(200);
    await read(owner, pathOf({ id })).set('Range', 'bytes=10-19').expect(206);
    expect(await readingsOf(id)).toEqual([
      { actor_id: verifier.account!.id, target_version: 1, sha256, details: null },
      { actor_id: owner.account!.id, target_version: 1, sha256, details: { firstByte: 10, lastByte: 19 } },
    ]);
  });

  it('sends no byte if the read cannot be recorded', async () => {
    const { id } = await uploadDocument(owner, pdfBytes(9002));
    const admin = new Client({ connectionString: api.database.adminUrl });
    await admin.connect();
    await admin.query(`
      CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is full'; END $$;
      CREATE TRIGGER refuses BEFORE INSERT ON audit.entries FOR EACH ROW
        WHEN (NEW.target_id = '${id}' AND NEW.action = 'document.content_read') EXECUTE FUNCTION public.refuse();`);
    const { headers, body } = await owner.get(pathOf({ id })).expect(500);
    expect(headers['content-type']).toMatch('application/problem+json');
    expect(headers['content-disposition']).toBeUndefined();
    expect(body.code).toBe('INTERNAL_ERROR');
    await admin.query('DROP TRIGGER refuses ON audit.entries; DROP FUNCTION public.refuse()');
    await admin.end();
    await read(owner, pathOf({ id })).expect(200);
  });
});

describe('corrupted bytes', () => {
  it.each([
    ['small', 20_000],
    ['middling', 3 * MIB],
  ])(
    'are not served from a %s file, whole or in part, not even right after a successful read',
    async (_, size) => {
      const bytes = pdfBytes(size, 'decays');
      const { id } = await uploadDocument(owner, bytes);
      const path = pathOf({ id });
      await read(owner, path).expect(200);
      await flip(await fileOf(id), size >> 1);
      for (const range of [undefined, 'bytes=0-9', 'bytes=-1']) {
        const request = owner.get(path);
        const { body } = await (range === undefined ? request : request.set('Range', range)).expect(500);
        expect(body.code).toBe('CONTENT_DAMAGED');
      }
      expect(await readingsOf(id)).toHaveLength(1);
      await flip(await fileOf(id), size >> 1);
      expect(((await read(owner, path).expect(200)).body as Buffer).equals(bytes)).toBe(true);
    },
  );

  it('are not served from a truncated file, not even the bytes that are left', async () => {
    const { id } = await uploadDocument(owner, pdfBytes(50_000));
    const path = await fileOf(id);
    await chmod(path, 0o600);
    await truncate(path, 49_999);
    expect((await owner.get(pathOf({ id })).expect(500)).body.code).toBe('CONTENT_DAMAGED');
    await owner.head(pathOf({ id })).expect(500);
  });

  it('abort a large download before its end', async () => {
    const size = 65 * MIB;
    const { id } = await uploadDocument(owner, pdfBytes(size, 'large'));
    await flip(await fileOf(id), 1000);
    const { received, complete } = await download(pathOf({ id }), owner);
    expect(complete).toBe(false);
    expect(received).toBeLessThan(size);
    const { body } = await owner.get(pathOf({ id })).set('Range', 'bytes=-10').expect(500);
    expect(body.code).toBe('CONTENT_DAMAGED');
    await flip(await fileOf(id), 1000);
    expect(await download(pathOf({ id }), owner)).toEqual({ received: size, complete: true });
  });

  it('give 503, not 404, when the file is missing', async () => {
    const { id } = await uploadDocument(owner, pdfBytes(50_000));
    const path = await fileOf(id);
    await rename(path, `${path}.away`);
    const { body, headers } = await owner.get(pathOf({ id })).expect(503);
    expect(body.code).toBe('UNAVAILABLE');
    expect(headers['retry-after']).toMatch(/^\d+$/);
    await owner.head(pathOf({ id })).expect(503);
    await rename(`${path}.away`, path);
    await read(owner, pathOf({ id })).expect(200);
  });
});

/** Reads without a client that hides how a response ended. */
function download(path: string, client: ApiClient): Promise<{ received: number; complete: boolean }> {
  return new Promise((resolve, reject) => {
    httpRequest(
      `${api.url}${path}`,
      { headers: { authorization: `Bearer ${client.accessToken}` } },
      (answer) => {
        let received = 0;
        answer.on('data', (chunk: Buffer) => (received += chunk.length));
        answer.on('error', () => undefined);
        answer.on('close', () => resolve({ received, complete: answer.complete }));
      },
    )
      .on('error', reject)
      .end();
  });
}
