import { Client } from 'pg';
import { useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';

let owner: Client;
let application: Client;

const database = useDatabase();

beforeAll(async () => {
  owner = new Client({ connectionString: database.ownerUrl });
  // Connects as the product does: under the group role.
  application = new Client({ connectionString: database.url, options: '-c role=veritrail_app' });
  await Promise.all([owner.connect(), application.connect()]);
});

afterwards(async () => {
  await Promise.all([owner?.end(), application?.end()]);
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

  it('is not deleted with the documents', async () => {
    await expect(owner.query('TRUNCATE documents.documents CASCADE')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
