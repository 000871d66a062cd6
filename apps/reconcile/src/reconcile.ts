import { type Client } from 'pg';
import { CannotCheck, Findings, type Verdict } from '../findings.js';
import { LocalCheckers } from '../log/bundle-checkers.js';
import { checkLog } from '../log/check-log.js';
import { givenForLog, type LogOptions, newestCheckpoint } from '../log/log-options.js';
import { DatabaseSource } from '../sources/database-source.js';
import { openSource } from '../sources/source-place.js';
import { compareTables } from './compare.js';
import { Replay } from './replay.js';
import { Tables } from './tables.js';

export interface ReconcileOptions extends LogOptions {
  readonly databaseUrl: string;
  readonly log?: string;
}

/**
 * The log, replayed and compared with the tables. Everything is read through one snapshot: nothing moves between the log and
 * the tables.
 */
export async function reconcile(options: ReconcileOptions): Promise<Verdict> {
  // Asked for only here: whoever checks a log away from the server needs no driver.
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'audit-verifier' });
  // A connection that is lost while nothing is asked must not end the program; the next question fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await reconcileIn(client, options);
  } catch (error) {
    // The driver's own errors: the database is away, refuses the login, lacks the tables.
    if (error instanceof Error && 'code' in error) throw new CannotCheck(`The database: ${error.message}`);
    throw error;
  } finally {
    await client.end();
  }
}

async function reconcileIn(client: Client, options: ReconcileOptions): Promise<Verdict> {
  const { keys, ...given } = givenForLog(options);
  const { log: place, token } = options;
  const source =
    place === undefined
      ? new DatabaseSource(client)
      : openSource({ place, ...(token === undefined ? {} : { token }) });
  const { checkpoint } = await newestCheckpoint(source, keys);
  const replay = new Replay();
  const checkers = new LocalCheckers(source, { onLeaf: (content) => replay.add(content) });
  const { findings: broken, summary } = await checkLog({
    source,
    checkers,
    checkpoint,
    ...given,
    hashesOnly: false,
  });
  if (broken.length > 0) {
    return {
      findings: broken,
      summary: [...summary, 'the tables were not compared with a log that is broken'],
    };
  }
  const findings = new Findings();
  const { decisions, documents, leftOut, users, versions } = await compareTables(
    replay,
    new Tables(client),
    checkpoint.size,
    findings,
  );
  return {
    findings: findings.list(),
    summary: [
      ...summary,
      `compared ${documents} documents, ${versions} versions, ${decisions} decisions, ${users} users`,
      `left out ${leftOut} that changed after the checkpoint`,
    ],
  };
}
