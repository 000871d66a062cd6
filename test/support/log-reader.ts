import { Actor, emptyDraft } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { leafHash, nodeHash } from '#libs/merkle';
import { NO_ORIGIN } from '../../libs/audit/src/entries/entry.js';
import { AuditLog } from '../../libs/audit/src/recording/audit-log.js';
import { type ApiClient } from './api-client.js';
import { type TestApi } from './app.js';

type Answer = Awaited<ReturnType<ApiClient['get']>>;

/** Writes entries as the application does, in one transaction. */
export async function recordEntries(api: TestApi, count: number): Promise<void> {
  const log = api.app.get(AuditLog, { strict: false });
  const occurrence = {
    action: 'audit.exported',
    outcome: 'succeeded',
    actor: Actor.system('test'),
    origin: NO_ORIGIN,
    draft: emptyDraft(),
  } as const;
  await api.app
    .get(UnitOfWork, { strict: false })
    .transact(() => log.append(...Array.from({ length: count }, () => log.entryOf(occurrence))));
}

/** A binary response, byte for byte. */
export function bytesOf(client: ApiClient, path: string): Promise<Answer & { body: Buffer }> {
  return client
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    }) as unknown as Promise<Answer & { body: Buffer }>;
}

/** The leaves of an entry bundle, each after its length as a big-endian uint16. */
export function leavesIn(bundle: Buffer): Buffer[] {
  const leaves: Buffer[] = [];
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
    leaves.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
  }
  return leaves;
}

/** MTH(D[n]) as RFC 6962 section 2.1 defines it: for the few leaves of a test. */
export function rootOf(leaves: readonly Buffer[]): Uint8Array {
  const [only, ...others] = leaves;
  if (only !== undefined && others.length === 0) return leafHash(only);
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}
