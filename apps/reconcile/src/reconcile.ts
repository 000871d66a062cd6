import pg, { type Client } from 'pg';
import {
  CannotCheck,
  checkLog,
  checkRange,
  Findings,
  findUnsealedEntries,
  type LogOptions,
  openLog,
  openSource,
  rangesOf,
  type Verdict,
} from '#libs/log-check';
import { compareTables } from './compare.js';
import { DatabaseSource } from './database-source.js';
import { Replay } from './replay.js';
import { Tables } from './tables.js';

export interface ReconcileOptions extends LogOptions {
  readonly databaseUrl: string;
  readonly log?: string;
}

/** Verifies the log, replays it and compares the result with the tables. Everything is read in one read-only snapshot. */
export async function reconcile(options: ReconcileOptions): Promise<Verdict> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'reconcile' });
  // Without a listener, a connection that is lost between two queries would end the process. The next query fails anyway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await reconcileIn(client, options);
  } catch (error) {
    // Errors of the driver and of PostgreSQL have a code: connection refused, wrong password, missing tables.
    if (error instanceof Error && 'code' in error) throw new CannotCheck(`The database: ${error.message}`);
    throw error;
  } finally {
    await client.end();
  }
}

async function reconcileIn(client: Client, options: ReconcileOptions): Promise<Verdict> {
  const { log: place, token } = options;
  const source = place === undefined ? new DatabaseSource(client) : openSource({ place, token });
  const { note: _note, ...log } = await openLog(options, source);
  const replay = new Replay();
  const checked = [];
  for (const range of rangesOf(log, false)) {
    checked.push(await checkRange(source, range, (content) => replay.add(content)));
  }
  const { findings: broken, summary } = await checkLog({ ...log, source, hashesOnly: false }, checked);
  const findings = new Findings();
  await findUnsealedEntries(client, log.checkpoint.size, options.unsealedAfter, findings);
  if (broken.length > 0) {
    return {
      findings: [...broken, ...findings.list()],
      summary: [...summary, 'the tables were not compared, because the log is broken'],
    };
  }
  const { decisions, documents, leftOut, users, versions } = await compareTables(
    replay,
    new Tables(client),
    log.checkpoint.size,
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
