import { readdir } from 'node:fs/promises';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/kernel';
import { type ApiClient } from '../support/api-client.js';
import { startApi } from '../support/app.js';
import { useApi } from '../support/describe-api.js';
import { stored } from '../support/documents.js';
import { storedZip } from '../support/archives.js';
import { jpegBytes, pngBytes } from '../support/images.js';
import { answerOf, field, filePart, multipartBody, openUpload } from '../support/multipart.js';
import { pdfBytes } from '../support/pdf.js';
import { blobsOf, storedFiles, uploadDocument, uploadForm } from '../support/uploads.js';

const MIB = 1024 ** 2;
const MAX_BYTES = 12 * MIB;
const REQUEST_TIMEOUT_MS = 1000;

let owner: ApiClient;

const api = useApi({
  environment: {
    MAX_UPLOAD_BYTES: String(MAX_BYTES),
    REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
  },
});

beforeAll(async () => {
  owner = api.as('user');
});

const authorization = (client: ApiClient): Record<string, string> => ({
  authorization: `Bearer ${client.accessToken}`,
});
const form = (bytes: Buffer, fileName?: string) => uploadForm(owner, bytes, fileName ? { fileName } : {});
const staged = () => readdir(join(blobsOf(api), 'staging'));

async function countDocuments(): Promise<number> {
  const [row] = await stored<{ n: number }>(api, 'SELECT count(*)::int AS n FROM documents.documents');
  return row!.n;
}

describe('an upload', () => {
  it('of ten megabytes is stored, returned unchanged and recorded', async () => {
    const bytes = pdfBytes(10 * MIB, 'ten');
    const document = await uploadDocument(owner, bytes, 'contract.pdf');
    expect(document).toMatchObject({
      status: 'pending',
      size: bytes.length,
      mediaType: 'application/pdf',
      fileName: 'contract.pdf',
    });
    const { body } = await owner.get(`/v1/documents/${document.id}/content`).responseType('blob').expect(200);
    expect((body as Buffer).equals(bytes)).toBe(true);
    const entries = await stored<{ sha256: string }>(
      api,
      `SELECT encode(target_sha256, 'hex') AS sha256 FROM audit.entries WHERE target_id = $1 AND action = 'document.uploaded'`,
      [document.id],
    );
    expect(entries).toEqual([{ sha256: document.sha256 }]);
    expect(await staged()).toEqual([]);
  });

  it('of a photo with a trailer is stored with the length of the trailer', async () => {
    const bytes = Buffer.concat([jpegBytes(), Buffer.alloc(7), jpegBytes(), Buffer.from('\n')]);
    const trailingBytes = bytes.length - jpegBytes().length;
    const { body } = await form(bytes, 'photo').expect(201);
    expect(body).toMatchObject({ mediaType: 'image/jpeg', fileName: 'photo.jpg', trailingBytes });
    const versions = await owner.get(`/v1/documents/${body.id}/versions`).expect(200);
    expect(versions.body.items).toEqual([expect.objectContaining({ trailingBytes })]);
    expect(
      await stored(
        api,
        `SELECT trailing_bytes::int, (e.changes->'after'->>'trailingBytes')::int AS recorded
         FROM documents.versions v JOIN audit.entries e ON e.target_id = v.document_id::text WHERE v.document_id = $1`,
        [body.id],
      ),
    ).toEqual([{ trailing_bytes: trailingBytes, recorded: trailingBytes }]);
  });

  it('may take longer than any other request, as long as bytes arrive', async () => {
    const body = multipartBody([
      field('title', 'Slow'),
      field('type', 'passport'),
      filePart(pdfBytes(60_000)),
    ]);
    const request = openUpload(`${api.url}/v1/documents`, authorization(owner));
    const answer = answerOf(request);
    const pieces = 12;
    for (let piece = 0; piece < pieces; piece++) {
      request.write(body.subarray((piece * body.length) / pieces, ((piece + 1) * body.length) / pieces));
      await sleep((2.5 * REQUEST_TIMEOUT_MS) / pieces);
    }
    request.end();
    expect((await answer).status).toBe(201);
  });

  it.each<[string, number, (id: string) => Promise<unknown>]>([
    [
      'its owner is suspended',
      401,
      async (id) =>
        api.as('user_manager').post(`/v1/users/${id}/suspend`).send({ reason: 'left' }).expect(200),
    ],
    [
      'all sessions of its owner end',
      401,
      async (id) => api.as('user_manager').delete(`/v1/users/${id}/sessions`).expect(204),
    ],
  ])('is refused if %s while it arrives, and leaves nothing', async (_what, status, act) => {
    const client = await api.newcomer(['user']);
    const body = multipartBody([
      field('title', 'Late'),
      field('type', 'passport'),
      filePart(pdfBytes(60_000, client.account?.id ?? '')),
    ]);
    const [documents, files] = [await countDocuments(), (await storedFiles(api)).length];
    const request = openUpload(`${api.url}/v1/documents`, authorization(client));
    const answer = answerOf(request);
    request.write(body.subarray(0, body.length / 2));
    await sleep(100);
    await act(client.account?.id ?? '');
    request.end(body.subarray(body.length / 2));
    expect((await answer).status).toBe(status);
    expect([await countDocuments(), (await storedFiles(api)).length, await staged()]).toEqual([
      documents,
      files,
      [],
    ]);
    const entries = await stored(
      api,
      `SELECT action, outcome FROM audit.entries WHERE actor_id = $1 AND action <> 'session.created'`,
      [client.account?.id],
    );
    expect(entries).toEqual([{ action: 'access.denied', outcome: 'denied' }]);
  });

  it('succeeds beside many others, more than there are database connections', async () => {
    const files = Array.from({ length: 24 }, (_, index) => pdfBytes(2 * MIB + index, `parallel ${index}`));
    const documents = await Promise.all(files.map((bytes) => uploadDocument(owner, bytes)));
    expect(new Set(documents.map(({ sha256 }) => sha256)).size).toBe(24);
    expect(documents.map(({ size }) => size)).toEqual(files.map((bytes) => bytes.length));
    expect(await staged()).toEqual([]);
  });

  it('that is repeated with its key stores its bytes once', async () => {
    const [bytes, key] = [pdfBytes(30_000, 'repeated'), newId()];
    const first = await form(bytes).set('Idempotency-Key', key).expect(201);
    const files = (await storedFiles(api)).length;
    const second = await form(bytes).set('Idempotency-Key', key).expect(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const other = await form(pdfBytes(30_001, 'repeated')).set('Idempotency-Key', key).expect(422);
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await storedFiles(api)).length).toBe(files);
  });
});

describe('a refused upload', () => {
  const expectNothingStored = async (refused: () => Promise<unknown>): Promise<void> => {
    const before = [await countDocuments(), (await storedFiles(api)).length];
    await refused();
    expect([await countDocuments(), (await storedFiles(api)).length]).toEqual(before);
  };

  it.each([
    [415, 'FILE_TYPE_NOT_ACCEPTED', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.svg'],
    [415, 'FILE_TYPE_NOT_ACCEPTED', Buffer.from('<!doctype html>'), 'a.pdf'],
    [422, 'FILE_TYPE_MISMATCH', pngBytes(), 'a.pdf'],
    [422, 'FILE_TYPE_MISMATCH', jpegBytes(), 'a.jpg.exe'],
    [422, 'FILE_MALFORMED', pdfBytes(50_000).subarray(0, 20_000), 'a.pdf'],
    [422, 'FILE_MALFORMED', Buffer.concat([pdfBytes(50_000), storedZip()]), 'a.pdf'],
    [422, 'FILE_MALFORMED', pngBytes(8, 8, { width: 30_000, height: 30_000 }), 'a.png'],
    [422, 'FILE_NAME_NOT_ACCEPTED', pdfBytes(3000), `${'x'.repeat(300)}.pdf`],
    [422, 'VALIDATION_FAILED', Buffer.alloc(0), 'a.pdf'],
    [413, 'PAYLOAD_TOO_LARGE', pdfBytes(MAX_BYTES + 1), 'a.pdf'],
  ])('gets %i %s and stores nothing', async (status, code, bytes, fileName) => {
    await expectNothingStored(async () => {
      const { body } = await form(bytes, fileName).expect(status);
      expect(body.code).toBe(code);
    });
  });

  it('is refused unread if the user may not upload', async () => {
    await expectNothingStored(async () => {
      await uploadForm(api.anonymous, pdfBytes(MIB)).expect(401);
      await uploadForm(api.as('auditor'), pdfBytes(MIB)).expect(403);
      await uploadForm(api.as('user_manager'), pdfBytes(MIB)).expect(403);
    });
  });

  it('keeps its connection usable when it was small', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (method: string, path: string, headers: object, body?: Buffer): Promise<[number, number]> =>
      new Promise((resolve, reject) => {
        const options = { method, agent, headers: { ...authorization(owner), ...headers } };
        const request = httpRequest(`${api.url}${path}`, options, (answer: IncomingMessage) => {
          answer.resume();
          const port = answer.socket.localPort ?? 0;
          answer.on('end', () => resolve([answer.statusCode ?? 0, port]));
        });
        request.on('error', reject);
        request.end(body);
      });
    const body = multipartBody([field('a', 'x'), field('a', 'y'), filePart(pdfBytes(20_000))]);
    const [status, port] = await send(
      'POST',
      '/v1/documents',
      {
        'content-type': 'multipart/form-data; boundary=veritrail-test-boundary',
        'content-length': body.length,
      },
      body,
    );
    expect(status).toBe(422);
    expect(await send('GET', '/v1/auth/me', {})).toEqual([200, port]);
    agent.destroy();
  });
});

describe('a version upload that cannot succeed', () => {
  const firstResponse = async (path: string, headers: object = {}): Promise<number> => {
    const request = openUpload(`${api.url}${path}`, { ...authorization(owner), ...headers });
    // Only the beginning of a form is sent: a response shows that the server did not wait for the rest.
    const beginning = multipartBody([filePart(pdfBytes(3000))], { close: false });
    request.write(beginning.subarray(0, 1000));
    const { status } = await answerOf(request);
    request.destroy();
    return status;
  };

  it('is refused before its bytes arrive', async () => {
    const { id } = await uploadDocument(owner, pdfBytes(9000));
    await owner.post(`/v1/documents/${id}/withdraw`).expect(200);
    expect(await firstResponse(`/v1/documents/${newId()}/versions`)).toBe(404);
    expect(await firstResponse('/v1/documents/unknown/versions')).toBe(422);
    expect(await firstResponse(`/v1/documents/${id}/versions`)).toBe(409);
    const entries = await stored(
      api,
      `SELECT action, outcome, reason_code, target_version FROM audit.entries WHERE target_id = $1 AND outcome <> 'succeeded'`,
      [id],
    );
    expect(entries).toEqual([
      {
        action: 'document.version_added',
        outcome: 'failed',
        reason_code: 'ILLEGAL_TRANSITION',
        target_version: 1,
      },
    ]);
  });
});

describe('a quota', () => {
  it('limits the files of each user, also when they arrive at the same time', async () => {
    const limited = await startApi({ environment: { MAX_FILES_PER_USER: '3' } });
    const user = limited.as('user');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => uploadForm(user, pdfBytes(9000 + index))),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([201, 201, 201, 403, 403, 403, 403, 403]);
    expect(await stored(limited, 'SELECT files::int, bytes::int FROM documents.usage')).toEqual([
      { files: 3, bytes: expect.any(Number) },
    ]);
    expect(await storedFiles(limited)).toHaveLength(3);
    const { body } = await uploadForm(user, pdfBytes(9000)).expect(403);
    expect(body.code).toBe('QUOTA_EXCEEDED');
    await uploadForm(limited.as('verifier'), pdfBytes(9000)).expect(201);
    await limited.close();
  });

  it('limits the bytes of each user, and counts versions', async () => {
    const limited = await startApi({ environment: { MAX_BYTES_PER_USER: '20000' } });
    const user = limited.as('user');
    const { body: document } = await uploadForm(user, pdfBytes(9000)).expect(201);
    const versions = `/v1/documents/${document.id}/versions`;
    await uploadForm(user, pdfBytes(9001), { path: versions }).expect(201);
    const { body } = await uploadForm(user, pdfBytes(9002), { path: versions }).expect(403);
    expect(body.code).toBe('QUOTA_EXCEEDED');
    expect(await stored(limited, 'SELECT files::int, bytes::int FROM documents.usage')).toEqual([
      { files: 2, bytes: 18_001 },
    ]);
    const refusals = `SELECT count(*)::int AS n FROM audit.entries WHERE reason_code = 'QUOTA_EXCEEDED'`;
    expect(await stored(limited, refusals)).toEqual([{ n: 1 }]);
    const [{ action } = {}] = await stored<{ action?: string }>(
      limited,
      `SELECT action FROM audit.entries WHERE reason_code = 'QUOTA_EXCEEDED'`,
    );
    expect(action).toBe('document.version_added');
    await limited.close();
  });
});

describe('a store that is nearly full', () => {
  it('refuses uploads with 507, and still serves stored files', async () => {
    const document = await uploadDocument(owner, pdfBytes(9000));
    const full = await startApi({ environment: { MIN_FREE_BYTES: String(1024 ** 5) } });
    const { body } = await uploadForm(full.as('user'), pdfBytes(9000)).expect(507);
    expect(body.code).toBe('INSUFFICIENT_STORAGE');
    expect(await storedFiles(full)).toEqual([]);
    await full.anonymous.get('/health/ready').expect(200);
    await full.close();
    await owner.get(`/v1/documents/${document.id}/content`).responseType('blob').expect(200);
  });
});
