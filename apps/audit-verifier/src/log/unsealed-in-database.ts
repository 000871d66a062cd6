import { CannotCheck, type Finding, Findings, findUnsealedEntries } from '#libs/log-check';

/**
 * The entries in a database that are older than `seconds` and that the checkpoint of this size does not cover. Only this
 * file needs the driver of PostgreSQL, and only when the option is used.
 */
export async function unsealedInDatabase(url: string, size: number, seconds: number): Promise<Finding[]> {
  const { default: pg } = await import('pg').catch(() => {
    throw new CannotCheck('--database-url needs the package pg');
  });
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const findings = new Findings();
    await findUnsealedEntries(client, size, seconds, findings);
    return [...findings.list()];
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new CannotCheck(`The database: ${error.message}`);
    throw error;
  } finally {
    await client.end();
  }
}
