import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { as } from '../support/audited-app.js';
import { duringTests } from '../support/during-tests.js';
import { jpegBytes, pngBytes } from '../support/images.js';
import { answerOf, field, filePart, multipartBody, openUpload, type Part } from '../support/multipart.js';
import { pdfBytes } from '../support/pdf.js';
import { MAX_BYTES, OWNER, PDF, title, UploadBench } from '../support/upload-bench.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const bench = duringTests(() => UploadBench.start());

describe('uploads', () => {
  describe('that are complete', () => {
    it('are stored with their digest, size, type and name, and leave no staging entry', async () => {
      const { status, body } = await bench.post([
        title(),
        filePart(PDF, 'Führerschein.pdf', 'application/pdf'),
      ]);
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
      expect((await bench.storedFiles()).filter((file) => file.includes(key))).toEqual([
        `/${key.slice(-4, -2)}/${key.slice(-2)}/${key}`,
      ]);
    });

    it('may have their parts in any order, and metadata as text or as a JSON part', async () => {
      const metadata = field('metadata', '{"country":"FR"}');
      const asJson: Part = { ...metadata, fileName: 'blob', type: 'application/json' };
      for (const parts of [
        [title(), metadata, filePart(PDF)],
        [filePart(PDF), title(), metadata],
        [asJson, filePart(PDF), title()],
      ]) {
        expect((await bench.post(parts)).status).toBe(201);
      }
    });

    it('may be pictures without a declared type', async () => {
      expect((await bench.post([title(), filePart(pngBytes(), 'a.png')])).body['mediaType']).toBe(
        'image/png',
      );
      expect((await bench.post([title(), filePart(jpegBytes(), 'a.jpg')])).body['mediaType']).toBe(
        'image/jpeg',
      );
    });

    it('may have their name in the extended notation (RFC 5987)', async () => {
      const headers = [`Content-Disposition: form-data; name="file"; filename*=UTF-8''na%C3%AFve%20plan.pdf`];
      const { body } = await bench.post([title(), { headers, content: PDF }]);
      expect(body['fileName']).toBe('naïve plan.pdf');
    });

    it('keep only the last segment of a path', async () => {
      const { body } = await bench.post([title(), filePart(PDF, '../../../../etc/cron.d/x.pdf')]);
      expect(body['fileName']).toBe('x.pdf');
    });

    it('have a digest that differs when any part differs', async () => {
      const answers = [
        await bench.post([title(), filePart(PDF)]),
        await bench.post([filePart(PDF), title()]),
        await bench.post([title('Another'), filePart(PDF)]),
        await bench.post([title(), filePart(pdfBytes(40_001))]),
        await bench.post([title(), filePart(PDF, 'another.pdf')]),
      ];
      const digests = answers.map(({ body }) => body['digest']);
      expect(digests[1]).toBe(digests[0]);
      expect(new Set(digests).size).toBe(4);
    });

    it('do not affect each other', async () => {
      const files = Array.from({ length: 30 }, (_, index) => pdfBytes(100_000 + index, String(index)));
      const before = await bench.rows();
      const answers = await Promise.all(files.map((file) => bench.post([title(), filePart(file)])));
      expect(answers.map(({ body }) => body['sha256'])).toEqual(files.map(sha256));
      expect(await bench.rows()).toBe(before + 30);
      expect(await readdir(join(bench.blobs, 'staging'))).toEqual([]);
    });

    it('may be exactly as large as the limit', async () => {
      expect((await bench.post([title(), filePart(pdfBytes(MAX_BYTES))])).status).toBe(201);
    });
  });

  describe('that are invalid', () => {
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
        'metadata with a repeated member',
        [title(), filePart(PDF), field('metadata', '{"a":"1","a":"2"}')],
        '/metadata',
      ],
      [
        'metadata with a prototype',
        [title(), filePart(PDF), field('metadata', '{"__proto__":{}}')],
        '/metadata',
      ],
      [
        'metadata nested without end',
        [title(), filePart(PDF), field('metadata', '['.repeat(20_000))],
        '/metadata',
      ],
      ['a NUL in the title', [title('a\0b'), filePart(PDF)], '/title'],
      ['an empty title', [title(''), filePart(PDF)], '/title'],
    ] as Array<[string, Part[], string]>)('are refused with %s', async (_, parts, pointer) => {
      await bench.expectProblem(parts, 422, 'VALIDATION_FAILED', pointer);
    });

    it.each([
      ['a control character', 'a\u0001.pdf'],
      ['a bidirectional override', 'a\u202efdp.exe.pdf'],
      ['nothing', ''],
      ['only dots', '..'],
      ['too much', `${'x'.repeat(300)}.pdf`],
    ])('are refused when the name contains %s', async (_, name) => {
      await bench.expectProblem([title(), filePart(PDF, name)], 422, 'FILE_NAME_NOT_ACCEPTED', '/file');
    });

    it('are refused when the name is not UTF-8', async () => {
      const body = multipartBody([title(), filePart(PDF, 'XX.pdf')]);
      body.write('\xe9\xe8', body.indexOf('XX.pdf'), 'latin1');
      await bench.expectProblem(body, 422, 'FILE_NAME_NOT_ACCEPTED', '/file');
    });

    it.each([
      ['a bare line feed in the name', ['Content-Disposition: form-data; name="file"; filename="a\nb.pdf"']],
      ['no disposition', ['Content-Type: application/pdf']],
      ['another disposition', ['Content-Disposition: attachment; name="file"; filename="a.pdf"']],
    ])('are refused with %s', async (_, headers) => {
      await bench.expectProblem([title(), { headers, content: PDF }], 422, 'VALIDATION_FAILED', '/file');
    });

    it('are refused with a line break in the name', async () => {
      const headers = ['Content-Disposition: form-data; name="file"; filename="a.pdf\r\nb.pdf"'];
      await bench.expectProblem([title(), { headers, content: PDF }], 400, 'BAD_REQUEST');
    });

    it.each([
      ['a long header', [`X-Long: ${'x'.repeat(9000)}`]],
      ['many headers', Array.from({ length: 1000 }, (_, index) => `X-${index}: xxxx`)],
      ['300 KB of headers', [`X-Long: ${'x'.repeat(300_000)}`]],
    ])('are refused with %s in a part', async (_, headers) => {
      const disposition = 'Content-Disposition: form-data; name="file"; filename="a.pdf"';
      const part = { headers: [...headers, disposition], content: PDF };
      await bench.expectProblem([title(), part], 413, 'PAYLOAD_TOO_LARGE');
    });

    it('are refused with continuations in the file name', async () => {
      const headers = ['Content-Disposition: form-data; name="file"; filename*0="a.exe"; filename*1="b.pdf"'];
      await bench.expectProblem([title(), { headers, content: PDF }], 422, 'FILE_NAME_NOT_ACCEPTED', '/file');
    });

    it('are refused by their file signature', async () => {
      await bench.expectProblem(
        [title(), filePart('just text', 'a.pdf')],
        415,
        'FILE_TYPE_NOT_ACCEPTED',
        '/file',
      );
      await bench.expectProblem([title(), filePart(PDF, 'a.png')], 422, 'FILE_TYPE_MISMATCH', '/file');
      await bench.expectProblem([title(), filePart(PDF, 'a.pdf', 'image/png')], 422, 'FILE_TYPE_MISMATCH');
      await bench.expectProblem([title(), filePart(PDF.subarray(0, 9000))], 422, 'FILE_MALFORMED', '/file');
    });
  });

  describe('that are malformed', () => {
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
    ])('are refused when %s', async (_, body) => {
      await bench.expectProblem(body, 400, 'BAD_REQUEST');
    });

    it('are refused without a boundary, and are empty with a wrong boundary', async () => {
      for (const type of ['multipart/form-data; charset=utf-8', 'multipart/form-data; boundary=other']) {
        const request = openUpload(bench.url, { ...as(OWNER, 'user'), 'content-type': type });
        const answer = answerOf(request);
        request.end(multipartBody([title(), filePart(PDF)]));
        expect([400, 422]).toContain((await answer).status);
      }
    });

    it('are refused when they are not multipart', async () => {
      for (const [type, body] of [
        ['application/json', '{"title":"x"}'],
        ['application/x-www-form-urlencoded', 'title=x'],
        ['multipart/mixed; boundary=x', '--x--'],
      ] as const) {
        const request = openUpload(bench.url, { ...as(OWNER, 'user'), 'content-type': type });
        const answer = answerOf(request);
        request.end(body);
        expect((await answer).status).toBe(415);
      }
    });

    it('are refused with too many parts or too large fields', async () => {
      const many = Array.from({ length: 40 }, (_, index) => field(`f${index}`, 'x'));
      await bench.expectProblem([...many, filePart(PDF)], 413, 'PAYLOAD_TOO_LARGE');
      await bench.expectProblem([title('x'.repeat(70_000)), filePart(PDF)], 413, 'PAYLOAD_TOO_LARGE');
    });
  });
});
