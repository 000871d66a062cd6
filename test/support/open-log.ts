import { type INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { SealingWorld } from './sealing.js';

/** An empty log of its own: its database, the owner of its tables, and a process that can write and seal. */
export interface OpenLog {
  readonly database: TestDatabase;
  readonly owner: Client;
  readonly world: SealingWorld;
  readonly context: INestApplicationContext;
  close(): Promise<void>;
}

export async function openLog(): Promise<OpenLog> {
  const database = await createTestDatabase();
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const world = new SealingWorld(database.url);
  const context = await world.process();
  const close = async (): Promise<void> => {
    await world.close();
    await owner.end();
    await database.drop();
  };
  return { database, owner, world, context, close };
}
