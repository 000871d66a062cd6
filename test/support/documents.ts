import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { Actor, AuditedExecution, AuditTrail, Clock, newId } from '#libs/kernel';
import { auditTransition } from '../../libs/documents/src/documents/document-audit.js';
import { Document } from '../../libs/documents/src/domain/document.js';
import { DocumentsRepository } from '../../libs/documents/src/documents/documents.repository.js';
import { type ApiClient } from './api-client.js';
import { type TestApi } from './app.js';
import { pdfBytes, SMALLEST_PDF } from './pdf.js';

/** A document of the API, with the members that tests use. */
export interface DocumentBody {
  readonly id: string;
  readonly status: string;
  readonly sha256: string;
  readonly version: number;
  readonly revision: number;
  readonly etag: string;
  readonly createdAt: string;
  readonly title: string;
  readonly metadata: Record<string, string>;
  readonly claim: { reviewerId: string; claimedUntil: string } | null;
  readonly validUntil: string | null;
  readonly decision: { id: string; outcome: string; note?: string | null } | null;
}

/** A pending document of this owner, written as an upload writes it, but without bytes in the store. */
export async function seedDocument(
  api: TestApi,
  owner: ApiClient,
  { title = 'Passport', type = 'passport' } = {},
): Promise<DocumentBody> {
  const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const ownerId = owner.account!.id;
  const id = newId();
  const bytes = {
    sha256: createHash('sha256').update(id).digest('hex'),
    size: 4,
    trailingBytes: 0,
    mediaType: 'application/pdf',
    fileName: 'passport.pdf',
    storageKey: newId(),
  };
  const upload = Document.upload(id, ownerId, get(Clock).now(), { title, type, metadata: {} }, bytes);
  await get(AuditedExecution).run('document.uploaded', Actor.system('test'), async () => {
    await get(DocumentsRepository).insert(upload);
    auditTransition(get(AuditTrail), null, upload);
  });
  const { body } = await owner.get(`/v1/documents/${id}`).expect(200);
  return body as DocumentBody;
}

/** A real upload of a small PDF, over HTTP. The same seed gives the same bytes. */
export function uploadDocument(
  owner: ApiClient,
  { title = 'Passport', type = 'passport', metadata, seed = newId() }: UploadFields = {},
): ReturnType<ApiClient['post']> {
  const request = owner.post('/v1/documents').field('title', title).field('type', type);
  if (metadata !== undefined) void request.field('metadata', metadata);
  return request.attach('file', pdfBytes(SMALLEST_PDF, seed), 'passport.pdf');
}

interface UploadFields {
  readonly title?: string;
  readonly type?: string;
  /** The text of the form field `metadata`. */
  readonly metadata?: string;
  readonly seed?: string;
}

/** An action of a reviewer on a document, with or without a body. */
export function actOn(
  { id }: DocumentBody,
  reviewer: ApiClient,
  action: string,
  body?: object,
): ReturnType<ApiClient['post']> {
  const request = reviewer.post(`/v1/documents/${id}/${action}`);
  return body ? request.send(body) : request;
}

/** A decision about the document as the test has it, without a claim. */
export function decideOn(
  document: DocumentBody,
  reviewer: ApiClient,
  action: 'verify' | 'reject' | 'request-changes',
  body?: object,
): ReturnType<ApiClient['post']> {
  return actOn(document, reviewer, action, body).set('if-match', document.etag);
}

/** Downloads the current version, as a reviewer does before a decision. */
export async function downloadAs(reviewer: ApiClient, { id }: Pick<DocumentBody, 'id'>): Promise<void> {
  await reviewer.get(`/v1/documents/${id}/content`).responseType('blob').expect(200);
}

/** For tests about other things than what a reviewer has read: seeded documents have no bytes to download. */
export const DECIDE_UNREAD = { REQUIRE_CONTENT_READ: 'false' };

/** Rows as they are stored, without a visibility filter. */
export async function stored<T extends object>(
  api: TestApi,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new Client({ connectionString: api.database.adminUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

export async function decisionsOf(api: TestApi, documentId: string): Promise<object[]> {
  return stored(api, 'SELECT outcome FROM documents.decisions WHERE document_id = $1', [documentId]);
}

export interface StoredEntry {
  readonly action: string;
  readonly outcome: string;
  readonly actor_id: string | null;
  readonly reason_code: string | null;
  readonly target_version: number;
  readonly sha256: string;
  readonly target_owner_id: string;
  readonly changes: { before: Record<string, unknown>; after: Record<string, unknown> } | null;
}

/** The audit entries about a document, oldest first. */
export async function entriesOf(api: TestApi, documentId: string): Promise<StoredEntry[]> {
  return stored(
    api,
    `SELECT action, outcome, actor_id, reason_code, target_version, encode(target_sha256, 'hex') AS sha256,
       target_owner_id, changes
     FROM audit.entries WHERE target_id = $1 AND action <> 'document.uploaded' ORDER BY id`,
    [documentId],
  );
}
