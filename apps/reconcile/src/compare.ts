import { type Findings } from '#libs/log-check';
import { type Replay } from './replay.js';
import { type ReplayedRecord } from './replayed-record.js';
import { type TableRow, type Tables } from './tables.js';

/** The number of compared records of each kind, and of records that were left out. */
export interface Compared {
  readonly documents: number;
  readonly versions: number;
  readonly decisions: number;
  readonly users: number;
  readonly leftOut: number;
}

type Kind = 'document' | 'version' | 'decision' | 'user';
type Facts = Pick<ReplayedRecord, 'get'>;

/**
 * Compares the replayed log with the tables, in both directions, and reports every difference by its identifier. Records
 * that changed after the checkpoint are left out until a newer checkpoint covers the change.
 */
export async function compareTables(
  replay: Replay,
  tables: Tables,
  size: number,
  findings: Findings,
): Promise<Compared> {
  const recent = await tables.notCovered(size);
  const isRecent = (kind: Kind, id: string): boolean => recent.has(`${kind}/${id}`);
  const { decisions, documents, users, versions } = replay;
  for (const [kind, records] of [
    ['document', documents],
    ['user', users],
  ] as const) {
    for (const [id, { gap }] of records) {
      if (gap !== null) findings.add(`${kind} ${id}`, `the log has no entry for its revision ${gap}`);
    }
  }
  const documentOf = (id: string): string => id.slice(0, id.indexOf('/'));
  const decided = new Map(
    [...decisions].map(([id, facts]) => [id, { facts, get: (name: string) => facts[name] }]),
  );
  const hashed = new Map([...versions].map(([id, sha256]) => [id, { get: () => sha256 }]));
  return {
    documents: await compare(
      'document',
      documents,
      tables.documents(),
      (id) => isRecent('document', id),
      findings,
    ),
    versions: await compare(
      'version',
      hashed,
      tables.versions(),
      (id) => isRecent('document', documentOf(id)),
      findings,
    ),
    decisions: await compare(
      'decision',
      decided,
      tables.decisions(),
      (id, facts) =>
        isRecent('document', String(facts?.['documentId'] ?? decided.get(id)?.facts['documentId'])),
      findings,
    ),
    users: await compare('user', users, tables.users(), (id) => isRecent('user', id), findings),
    leftOut: recent.size,
  };
}

async function compare(
  kind: Kind,
  replayed: ReadonlyMap<string, Facts>,
  rows: AsyncIterable<TableRow>,
  isRecent: (id: string, facts?: TableRow['facts']) => boolean,
  findings: Findings,
): Promise<number> {
  const missing = new Set(replayed.keys());
  let compared = 0;
  for await (const { facts, id } of rows) {
    missing.delete(id);
    if (isRecent(id, facts)) continue;
    compared++;
    const record = replayed.get(id);
    if (!record) findings.add(`${kind} ${id}`, 'it is in the tables, but not in the log');
    else {
      for (const [name, value] of Object.entries(facts)) {
        const logged = record.get(name);
        if (logged === undefined || textOf(logged) === textOf(value)) continue;
        findings.add(
          `${kind} ${id}`,
          `its ${name} is ${textOf(value)} in the tables and ${textOf(logged)} in the log`,
        );
      }
    }
  }
  for (const id of missing) {
    if (!isRecent(id)) findings.add(`${kind} ${id}`, 'it is in the log, but not in the tables');
  }
  return compared;
}

/** Arrays are sets (roles, barred reviewers), so their order does not matter. */
function textOf(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value);
}
