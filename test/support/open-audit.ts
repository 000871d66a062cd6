import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import request, { type Test } from 'supertest';
import { newId } from '#libs/kernel';
import { as, createAuditedApp } from './audited-app.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export const AUDITOR = as(newId(), 'auditor');

/** A listening application for reading the audit log, its database, and the owner's connection that plants entries. */
export interface OpenAudit {
  readonly database: TestDatabase;
  readonly owner: Client;
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** Reads a path below /v1/audit, as the auditor unless the headers name another user. */
  readonly read: (path: string, headers?: Readonly<Record<string, string>>) => Test;
  close(): Promise<void>;
}

export async function openAudit(): Promise<OpenAudit> {
  const database = await createTestDatabase();
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const app = await createAuditedApp(database.url, { controllers: [] });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const read: OpenAudit['read'] = (path, headers = AUDITOR) =>
    request(url).get(`/v1/audit/${path}`).set(headers);
  const close = async (): Promise<void> => {
    await app.close();
    await owner.end();
    await database.drop();
  };
  return { database, owner, app, url, read, close };
}
