import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { SealingWorld } from './sealing.js';

/** The databases of one test, copies of each other among them, and the logs over them. */
export class TestLogs {
  private readonly databases: TestDatabase[] = [];
  private readonly worlds: SealingWorld[] = [];

  /** With what `copyOf` holds now, as a backup would. */
  async database(copyOf?: TestDatabase): Promise<TestDatabase> {
    const made = await createTestDatabase(copyOf ? { copyOf } : {});
    this.databases.push(made);
    return made;
  }

  /** With a key and an anchor of its own, or those of `like`. */
  world({ url }: TestDatabase, like?: SealingWorld): SealingWorld {
    const world = new SealingWorld(url, {}, like);
    this.worlds.push(world);
    return world;
  }

  /** Everything that was made so far is gone after it. */
  async close(): Promise<void> {
    await Promise.all(this.worlds.splice(0).map((world) => world.close()));
    await Promise.all(this.databases.splice(0).map((database) => database.drop()));
  }
}

export async function asOwner<T>(
  { ownerUrl }: TestDatabase,
  work: (owner: Client) => Promise<T>,
): Promise<T> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
