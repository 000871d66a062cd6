import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { SealingHarness } from './sealing.js';

/** The databases of one test, including copies of each other, and the logs on them. */
export class TestLogs {
  private readonly databases: TestDatabase[] = [];
  private readonly harnesses: SealingHarness[] = [];

  /** With the current content of `copyOf`, like a restored backup. */
  async database(copyOf?: TestDatabase): Promise<TestDatabase> {
    const made = await createTestDatabase(copyOf ? { copyOf } : {});
    this.databases.push(made);
    return made;
  }

  /** With its own key and anchor, or those of `like`. */
  harness({ url }: TestDatabase, like?: SealingHarness): SealingHarness {
    const harness = new SealingHarness(url, {}, like);
    this.harnesses.push(harness);
    return harness;
  }

  /** Closes and drops everything that was created. */
  async close(): Promise<void> {
    await Promise.all(this.harnesses.splice(0).map((harness) => harness.close()));
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
