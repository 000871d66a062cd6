import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiClient } from './api-client.js';
import { type TestApi } from './app.js';
import { type DocumentBody } from './documents.js';

export interface UploadedDocument extends DocumentBody {
  readonly size: number;
  readonly mediaType: string;
  readonly fileName: string;
}

/** An upload form as clients send it. */
export function uploadForm(
  client: ApiClient,
  bytes: Buffer,
  { path = '/v1/documents', fileName = 'passport.pdf', title = 'Passport', type = 'passport' } = {},
): ReturnType<ApiClient['post']> {
  const request = client.post(path).attach('file', bytes, fileName);
  return path === '/v1/documents' ? request.field('title', title).field('type', type) : request;
}

/** Uploads a document through the API. */
export async function uploadDocument(
  client: ApiClient,
  bytes: Buffer,
  fileName?: string,
): Promise<UploadedDocument> {
  const { body } = await uploadForm(client, bytes, fileName === undefined ? {} : { fileName }).expect(201);
  return body as UploadedDocument;
}

/** The folder of the store of an application under test. */
export function blobsOf(api: TestApi): string {
  return join(api.configuration.dataDir, 'blobs');
}

/** The paths of all files in the store, published and staged. */
export async function storedFiles(api: TestApi): Promise<string[]> {
  const files = await readdir(blobsOf(api), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name !== '.veritrail-store')
    .map((file) => join(file.parentPath, file.name));
}
