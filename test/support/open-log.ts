import { type INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { SealingHarness } from './sealing.js';

/** An empty log of its own: its database, the owner of its tables, and a process that can write and seal. */
export interface OpenLog {
  readonly database: TestDatabase;
  readonly owner: Client;
  readonly harness: SealingHarness;
  readonly context: INestApplicationContext;
  close(): Promise<void>;
}

export async function openLog(): Promise<OpenLog> {
  const database = await createTestDatabase();
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const harness = new SealingHarness(database.url);
  const context = await harness.process();
  const close = async (): Promise<void> => {
    await harness.close();
    await owner.end();
    await database.drop();
  };
  return { database, owner, harness, context, close };
}
