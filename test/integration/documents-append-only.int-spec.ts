import { useClient, useDatabase } from '../support/describe-api.js';

const database = useDatabase();
const owner = useClient(() => database.ownerUrl);
// Connects as the product does: under the group role.
const application = useClient(() => database.url, '-c role=veritrail_app');

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
