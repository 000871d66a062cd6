import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let owner: Client;
let application: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  // As the product connects: under the group role.
  application = new Client({ connectionString: database.url, options: '-c role=veritrail_app' });
  await Promise.all([owner.connect(), application.connect()]);
});

afterAll(async () => {
  await Promise.all([owner?.end(), application?.end()]);
  await database?.drop();
});

describe.each(['versions', 'decisions', 'history'])('the table documents.%s', (table) => {
  const changes = [
    `UPDATE documents.${table} SET document_id = document_id WHERE FALSE`,
    `DELETE FROM documents.${table}`,
    `TRUNCATE documents.${table} CASCADE`,
    `MERGE INTO documents.${table} t USING (SELECT 1) s ON TRUE WHEN MATCHED THEN DELETE`,
  ];

  it.each(changes)('refuses the application: %s', async (change) => {
    await expect(application.query(change)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(changes)('refuses its owner: %s', async (change) => {
    await expect(owner.query(change)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/^documents\.\w+ is append-only: (UPDATE|DELETE|TRUNCATE) is refused$/),
    });
  });

  it('does not fall with the documents', async () => {
    await expect(owner.query('TRUNCATE documents.documents CASCADE')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
