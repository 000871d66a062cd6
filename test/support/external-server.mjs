import { Client } from 'pg';

/** Drops the databases and logins of one run on the server in TEST_DATABASE_URL. Does nothing without one. */
export async function removeDatabases(adminUrl, prefix) {
  if (adminUrl === undefined || adminUrl === '') return;
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const like = `${prefix}%`;
    const databases = await client.query('SELECT datname AS name FROM pg_database WHERE datname LIKE $1', [
      like,
    ]);
    for (const { name } of databases.rows) {
      await client.query(`ALTER DATABASE ${client.escapeIdentifier(name)} IS_TEMPLATE false`);
      await client.query(`DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`);
    }
    const roles = await client.query('SELECT rolname AS name FROM pg_roles WHERE rolname LIKE $1', [like]);
    for (const { name } of roles.rows) await client.query(`DROP ROLE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    console.error(`The databases of ${prefix} could not be removed: ${error.message}`);
  } finally {
    await client.end();
  }
}
