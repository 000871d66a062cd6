import { generateKeyPairSync } from 'node:crypto';
import { type Client } from 'pg';
import { v7 } from 'uuid';
import { leafHash } from '#libs/merkle';
import { checkpointText, NoteSigner, signNote } from '#libs/tlog';
import { makeLeaf } from '../../../libs/audit/src/entries/leaf.js';
import { type AuditEntry } from '../../../libs/audit/src/entries/entry.js';
import { Leadership } from '#libs/jobs';
import { idOf } from '../api-client.js';
import { edgeConfiguration } from '../edge.js';
import { type Attack, type Scene } from './scene.js';

/** The lock that the leader of `audit.seal` holds (libs/jobs). */
const SEALING_LOCK = `hashtext('x'), 0`;
const ORIGIN = 'log.example.com/test';

/** A plausible entry of the attacker. */
export function forged(changed: Partial<AuditEntry> = {}): AuditEntry {
  const now = Date.now();
  return {
    id: v7({ msecs: now }),
    occurredAt: new Date(now).toISOString(),
    action: 'document.updated',
    outcome: 'succeeded',
    actor: {
      type: 'user',
      id: v7(),
      roles: ['user'],
      authenticatedBy: 'password',
      sessionId: v7(),
    },
    target: { type: 'document', id: v7(), version: 1, sha256: 'ab'.repeat(32), ownerId: v7() },
    reasonCode: 'other',
    requestId: 'request-1',
    ip: null,
    userAgent: null,
    changes: null,
    details: null,
    ...changed,
  };
}

/** Inserts the columns of an entry with the given bytes as its leaf. */
export async function insertEntry(client: Client, entry: AuditEntry, leaf: Buffer | null): Promise<void> {
  const { actor, target } = entry;
  await client.query(
    `INSERT INTO audit.entries (id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, authenticated_by,
       session_id, target_type, target_id, target_version, target_sha256, target_owner_id, reason_code, request_id, changes,
       details, leaf)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, decode($13, 'hex'), $14, $15, $16, $17, $18, $19)`,
    [
      ...[entry.id, entry.occurredAt, entry.action, entry.outcome, actor.type, actor.id, actor.roles],
      ...[actor.authenticatedBy, actor.sessionId, target?.type, target?.id, target?.version, target?.sha256],
      ...[target?.ownerId, entry.reasonCode, entry.requestId, entry.changes, entry.details, leaf],
    ],
  );
}

/** The next free index of the log. */
async function logSize(client: Client): Promise<number> {
  const { rows } = await client.query<{ size: number }>(
    'SELECT coalesce(max(leaf_index) + 1, 0)::int AS size FROM audit.sealed_leaves',
  );
  return rows[0]?.size ?? 0;
}

async function sealDirectly(client: Client, id: string, leaf: Buffer, adopted: Buffer | null): Promise<void> {
  await client.query('INSERT INTO audit.sealed_leaves VALUES ($1, $2, $3, $4)', [
    await logSize(client),
    id,
    leafHash(leaf),
    adopted,
  ]);
}

async function together(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

const FAR_AHEAD = `INSERT INTO audit.sealing_progress (tree_size, cluster, seen)
  SELECT 1000000000, system_identifier::text, pg_current_snapshot() FROM pg_control_system()`;

export async function publishForged(client: Client, isKeyPublished: boolean): Promise<void> {
  const pem = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signer = NoteSigner.fromPem(ORIGIN, pem);
  const root = leafHash(Buffer.from('forged'));
  const note = signNote(checkpointText({ origin: ORIGIN, size: 1_000_000, root }), [signer]);
  await together(client, async () => {
    if (isKeyPublished)
      await client.query('INSERT INTO audit.log_keys VALUES ($1, now())', [signer.verifier.vkey]);
    await client.query('INSERT INTO audit.checkpoints VALUES (1000000, $1, $2, now())', [root, note]);
  });
}

const DIFFERENT: Readonly<Record<string, (entry: AuditEntry) => AuditEntry>> = {
  roles: (entry) => ({ ...entry, actor: { ...entry.actor, roles: ['admin'] } }),
  authenticatedBy: (entry) => ({ ...entry, actor: { ...entry.actor, authenticatedBy: 'operator' } }),
  session: (entry) => ({ ...entry, actor: { ...entry.actor, sessionId: v7() } }),
  version: (entry) => ({ ...entry, target: entry.target && { ...entry.target, version: 7 } }),
  sha256: (entry) => ({ ...entry, target: entry.target && { ...entry.target, sha256: 'cd'.repeat(32) } }),
  owner: (entry) => ({ ...entry, target: entry.target && { ...entry.target, ownerId: v7() } }),
  reason: (entry) => ({ ...entry, reasonCode: 'fraud' }),
  'request id': (entry) => ({ ...entry, requestId: 'another' }),
  changes: (entry) => ({ ...entry, changes: { before: {}, after: { title: 'x' } } }),
  details: (entry) => ({ ...entry, details: { planted: true } }),
};

/** Attacks with the login in the API's configuration. */
export const WITH_APPLICATION_LOGIN: readonly Attack[] = [
  {
    name: 'hide a decision: progress far ahead while the sealing lock is held',
    run: async (scene) => {
      await scene.decide();
      await scene.application.query(FAR_AHEAD);
    },
    remains: async (scene) => (await scene.unsealed()) > 0,
  },
  {
    name: 'hold the sealing lock for ever',
    run: async (scene) => {
      const { application } = scene;
      await application.query(`SELECT pg_advisory_lock(${SEALING_LOCK})`);
      scene.preventSealing();
      await scene.decide();
    },
    waitMs: 13_000,
  },
  {
    name: 'terminate the session of the leader',
    run: async (scene) => {
      const leadership = new Leadership(edgeConfiguration(scene.api.database.url));
      try {
        await leadership.leads('audit.seal');
        await scene.application.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = 'veritrail-leader' AND datname = current_database()`,
        );
      } finally {
        await leadership.resign();
      }
    },
  },
  {
    name: 'insert an entry and seal another leaf for it',
    run: async ({ application }) =>
      together(application, async () => {
        const shown = forged();
        const proved = makeLeaf({ ...shown, action: 'document.verified' }).bytes;
        await insertEntry(application, shown, makeLeaf(shown).bytes);
        await sealDirectly(application, shown.id, proved, proved);
      }),
  },
  {
    name: 'seal an entry oneself',
    run: async ({ application }) =>
      together(application, async () => {
        const entry = forged();
        const { bytes } = makeLeaf(entry);
        await insertEntry(application, entry, bytes);
        await sealDirectly(application, entry.id, bytes, null);
      }),
  },
  {
    name: 'seal an entry with a false hash',
    run: async ({ application }) =>
      together(application, async () => {
        const entry = forged();
        await insertEntry(application, entry, makeLeaf(entry).bytes);
        await sealDirectly(application, entry.id, Buffer.from('other'), null);
      }),
  },
  {
    name: 'seal a leaf without an entry',
    run: async ({ application }) => sealDirectly(application, v7(), Buffer.from('none'), null),
  },
  {
    name: 'publish a checkpoint of an unknown key',
    run: ({ application }) => publishForged(application, false),
  },
  { name: 'publish a key and its checkpoint', run: ({ application }) => publishForged(application, true) },
  {
    name: 'publish a key',
    run: async ({ application }) =>
      void (await application.query(`INSERT INTO audit.log_keys VALUES ('mine+00000000+AAAA', now())`)),
  },
  {
    name: 'insert a tile',
    run: async ({ application }) =>
      void (await application.query(
        `INSERT INTO audit.tiles SELECT 0, 0, decode(repeat('ab', 8192), 'hex'), decode(repeat('ab', 32), 'hex')`,
      )),
  },
  ...Object.entries(DIFFERENT).map(([member, change]): Attack => ({
    name: `insert an entry whose ${member} differs from its leaf`,
    run: async ({ application }) => {
      const entry = forged();
      await insertEntry(application, change(entry), makeLeaf(entry).bytes);
    },
  })),
  {
    name: 'date an entry a day ahead',
    run: async ({ application }) => {
      const tomorrow = Date.now() + 86_400_000;
      const entry = forged({ id: v7({ msecs: tomorrow }), occurredAt: new Date(tomorrow).toISOString() });
      await insertEntry(application, entry, makeLeaf(entry).bytes);
    },
  },
  {
    name: 'add personal values that the leaf does not commit to',
    run: async ({ application }) => {
      const entry = forged();
      await insertEntry(application, entry, makeLeaf(entry).bytes);
      await application.query(
        `INSERT INTO audit.personal_values VALUES ($1, decode(repeat('ab', 32), 'hex'), '{"ip":"203.0.113.9","userAgent":null}')`,
        [entry.id],
      );
    },
  },
  {
    name: 'destroy personal values',
    run: async ({ application }) => void (await application.query('DELETE FROM audit.personal_values')),
  },
  {
    name: 'change or delete an entry',
    run: async ({ application }) => void (await application.query('DELETE FROM audit.entries')),
  },
  {
    name: 'change a decision',
    run: async ({ application }) =>
      void (await application.query(`UPDATE documents.decisions SET note = 'other'`)),
  },
];

/** What remains possible with the application's login: docs/audit.md lists it. */
export const REMAINS_POSSIBLE: readonly Attack[] = [
  {
    name: 'record an event that never happened',
    run: async ({ application }) => {
      const entry = forged({ action: 'document.content_read' });
      await insertEntry(application, entry, makeLeaf(entry).bytes);
    },
  },
  {
    name: 'change a title together with a matching entry',
    run: async (scene: Scene) => {
      const { application, document } = scene;
      const revision = document.revision + 1;
      await together(application, async () => {
        const entry = forged({
          target: {
            type: 'document',
            id: document.id,
            version: 1,
            sha256: null,
            ownerId: idOf(scene.api.as('user')),
          },
          changes: { before: { revision: revision - 1 }, after: { revision } },
        });
        await application.query(
          `UPDATE documents.documents SET title = 'Other', revision = $2 WHERE id = $1`,
          [document.id, revision],
        );
        await insertEntry(application, entry, makeLeaf(entry).bytes);
      });
    },
  },
  {
    name: 'insert a password or a session',
    run: async ({ application }) =>
      void (await application.query(
        `INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, ip)
         VALUES (gen_random_uuid(), gen_random_uuid(), now(), now(), now() + interval '1 day', '203.0.113.9')`,
      )),
  },
];
