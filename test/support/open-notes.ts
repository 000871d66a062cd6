import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { createAuditedApp } from './audited-app.js';
import { Notes, NotesController } from './audited-notes.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** The audited application around the notes, on a database of its own that has a table for them. */
export interface OpenNotes {
  readonly database: TestDatabase;
  readonly owner: Client;
  readonly app: NestFastifyApplication;
  close(): Promise<void>;
}

export async function openNotes(): Promise<OpenNotes> {
  const database = await createTestDatabase();
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`CREATE TABLE public.notes (id uuid PRIMARY KEY, text text NOT NULL)`);
  await owner.query(`GRANT ALL ON public.notes TO veritrail_app`);
  const app = await createAuditedApp(database.url, { controllers: [NotesController], providers: [Notes] });
  const close = async (): Promise<void> => {
    await app.close();
    await owner.end();
    await database.drop();
  };
  return { database, owner, app, close };
}
