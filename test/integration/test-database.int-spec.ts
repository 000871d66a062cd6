import { Client } from 'pg';
import { createTestDatabase } from '../support/postgres.js';

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  it('is separate from all others', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.ownerUrl, 'CREATE TABLE only_here (id int)');
    const found = "SELECT to_regclass('only_here')::text AS name";
    expect(await query(one.url, found)).toEqual([{ name: 'only_here' }]);
    expect(await query(two.url, found)).toEqual([{ name: null }]);
    await Promise.all([one.drop(), two.drop()]);
  });

  it('gives the application a login that owns nothing and belongs to the group role of the migrations', async () => {
    const database = await createTestDatabase({ empty: true });
    await expect(query(database.url, 'CREATE TABLE refused (id int)')).rejects.toMatchObject({
      code: '42501',
    });
    const membership =
      "SELECT pg_has_role(current_user, 'veritrail_app', 'USAGE') AS member, rolsuper FROM pg_roles WHERE rolname = current_user";
    expect(await query(database.url, membership)).toEqual([{ member: true, rolsuper: false }]);
    await database.drop();
  });

  it('uses UTF-8 with the C.UTF-8 rules on every machine', async () => {
    const database = await createTestDatabase();
    const settings =
      'SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()';
    expect(await query(database.url, settings)).toEqual([
      { datlocprovider: 'b', datlocale: 'C.UTF-8', encoding: 'UTF8' },
    ]);
    await database.drop();
  });
});
