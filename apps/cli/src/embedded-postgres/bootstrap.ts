import { Client, DatabaseError } from 'pg';
import { type AccessRecord } from './access-file.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

export const DATABASE = 'veritrail';
export const OWNER_ROLE = 'veritrail_owner';
export const APPLICATION_ROLE = 'veritrail';
/** The login of the background jobs: may assume the roles below, and has no rights of its own. */
export const WORKER_LOGIN = 'veritrail_worker';
export const WORKER_ROLES = ['veritrail_sequencer', 'veritrail_eraser'] as const;
/** The group that migrations grant rights to; the application's login is a member and owns nothing. */
export const APPLICATION_GROUP = 'veritrail_app';

/**
 * Creates the roles and the database if they are missing; idempotent. Refuses with
 * `PASSWORD_REFUSED` when the server does not accept the superuser's password.
 */
export async function bootstrap(adminUrl: string, record: AccessRecord, accessPath: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await createRole(
      client,
      OWNER_ROLE,
      `LOGIN CREATEROLE PASSWORD ${client.escapeLiteral(record.ownerPassword)}`,
    );
    await createRole(client, APPLICATION_GROUP, 'NOLOGIN');
    await createRole(
      client,
      APPLICATION_ROLE,
      `LOGIN PASSWORD ${client.escapeLiteral(record.applicationPassword)}`,
    );
    await client.query(`GRANT ${APPLICATION_GROUP} TO ${OWNER_ROLE} WITH ADMIN OPTION`);
    await client.query(`GRANT ${APPLICATION_GROUP} TO ${APPLICATION_ROLE}`);
    await createRole(
      client,
      WORKER_LOGIN,
      `LOGIN NOINHERIT PASSWORD ${client.escapeLiteral(record.workerPassword)}`,
    );
    for (const role of WORKER_ROLES) {
      await createRole(client, role, 'NOLOGIN');
      await client.query(`GRANT ${role} TO ${OWNER_ROLE} WITH ADMIN OPTION`);
      await client.query(`GRANT ${role} TO ${WORKER_LOGIN}`);
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER_ROLE}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || !['28P01', '28000'].includes(error.code ?? '')) throw error;
    throw new EmbeddedPostgresError(
      'PASSWORD_REFUSED',
      `The embedded PostgreSQL refuses the superuser password in ${accessPath}: that file belongs to different data. ` +
        'Restore the file that was written with this data, or start with a different DATA_DIR.',
    );
  } finally {
    await client.end();
  }
}

async function createRole(client: Client, name: string, attributes: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${name} ${attributes}`);
}
