import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/kernel';
import { Document, type NewVersion } from '../../libs/documents/src/domain/document.js';
import { type DocumentState } from '../../libs/documents/src/domain/document-state.js';
import {
  type Change,
  type Decide,
  DocumentsRepository,
} from '../../libs/documents/src/documents/documents.repository.js';
import { openTestPersistence } from '../support/data-source.js';
import { duringTests } from '../support/during-tests.js';
import { disableAuditTriggers } from '../support/bypass-audit.js';

const OWNER = newId();
const ANNA = newId();
const BEN = newId();
const NOON = new Date('2026-11-20T12:00:00.123Z');
const LATER = new Date(NOON.getTime() + 1);
const BECAUSE = {
  namesRevision: true,
  delivered: null,
  versionSha256: null,
  reasonCode: 'duplicate',
  message: null,
  note: 'n',
};

let documents: DocumentsRepository;

const persistence = duringTests(() => openTestPersistence());

beforeAll(async () => {
  await disableAuditTriggers(persistence.database);
  documents = new DocumentsRepository(persistence.uow);
});

const bytes = (letter: string): NewVersion => ({
  sha256: letter.repeat(64),
  size: 2 ** 40,
  trailingBytes: 2 ** 39,
  mediaType: 'application/pdf',
  fileName: 'ü "quoted".pdf',
  storageKey: newId(),
});

async function upload(): Promise<DocumentState> {
  const description = { title: 'Pass', type: 'passport', metadata: { country: 'DE' } };
  const transition = Document.upload(newId(), OWNER, NOON, description, bytes('a'));
  await persistence.uow.transact(() => documents.insert(transition));
  return transition.to;
}

/** Runs a verb in a transaction of its own, which ends when `hold` does. */
async function change(
  id: string,
  decide: Decide,
  hold: () => Promise<unknown> = async () => undefined,
): Promise<Change> {
  return persistence.uow.transact(
    async () => {
      const changed = await documents.update(id, null, decide);
      await hold();
      return changed;
    },
    { separate: true },
  );
}

async function load(id: string): Promise<DocumentState> {
  return (await change(id, () => null)).after;
}

async function count(table: 'decisions' | 'history', id: string): Promise<number> {
  const [row] = await persistence.source.query<Array<{ n: number }>>(
    `SELECT count(*)::int AS n FROM documents.${table} WHERE document_id = $1`,
    [id],
  );
  return row!.n;
}

describe('a change of a document', () => {
  it('stores exactly the state that the verb produced', async () => {
    const uploaded = await upload();
    expect(await load(uploaded.id)).toEqual(uploaded);
    const verbs: Decide[] = [
      (it) => it.claim(ANNA, NOON, LATER),
      (it) => it.requestChanges(ANNA, NOON, { ...BECAUSE, reasonCode: 'unreadable' }),
      (it) => it.addVersion(OWNER, NOON, bytes('b')),
      (it) => it.reject(ANNA, NOON, BECAUSE),
      (it) => it.reopen(BEN, NOON, { reasonCode: 'other', message: 'm\nn', note: null }),
      (it) =>
        it.verify(
          BEN,
          NOON,
          { namesRevision: true, delivered: null, versionSha256: null, message: 'fine', note: null },
          new Date(NOON.getTime() + 9),
        ),
    ];
    for (const [index, verb] of verbs.entries()) {
      const { before, after } = await change(uploaded.id, verb);
      expect([before.revision, after.revision]).toEqual([index + 1, index + 2]);
      expect(await load(uploaded.id)).toEqual(after);
    }
    expect(await count('history', uploaded.id)).toBe(7);
    expect(await count('decisions', uploaded.id)).toBe(3);
  });

  it('stores nothing when the verb changes nothing', async () => {
    const { id } = await upload();
    expect(await change(id, () => null)).toMatchObject({ transition: null });
    expect(await count('history', id)).toBe(1);
  });

  it('stores nothing when the verb refuses', async () => {
    const { id } = await upload();
    await expect(change(id, (it) => it.claim(OWNER, NOON, LATER))).rejects.toMatchObject({ status: 403 });
    expect(await load(id)).toMatchObject({ revision: 1, claim: null });
  });

  it.each([
    [
      'a version',
      (it: Document) => it.addVersion(OWNER, NOON, bytes('b')),
      { version: { number: 2, sha256: 'b'.repeat(64) }, decision: null },
    ],
    [
      'a decision',
      (it: Document) => it.reject(ANNA, NOON, BECAUSE),
      { status: 'rejected', decision: { by: ANNA } },
    ],
  ])(
    'waits for the previous change, and then sees %s that is newer than its statement',
    async (_, verb, expected) => {
      const { id } = await upload();
      let waiter: Promise<DocumentState> | undefined;
      await change(id, verb, async () => {
        waiter = load(id);
        await sleep(200);
      });
      expect(await waiter).toMatchObject(expected);
    },
  );

  it('happens once when many clients request it at the same time', async () => {
    const { id } = await upload();
    const claims = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        change(id, (it) => it.claim(newId(), NOON, new Date(NOON.getTime() + 60_000))),
      ),
    );
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await count('history', id)).toBe(2);
  });

  it('is refused while another transaction has locked the document, if requested', async () => {
    const { id } = await upload();
    const claim: Decide = (it) => it.claim(ANNA, NOON, LATER);
    await change(
      id,
      () => null,
      async () => {
        expect(
          await persistence.uow.transact(() => documents.updateUnlessLocked(id, claim), { separate: true }),
        ).toBeNull();
      },
    );
    expect(await load(id)).toMatchObject({ revision: 1 });
    expect(await persistence.uow.transact(() => documents.updateUnlessLocked(id, claim))).not.toBeNull();
    expect(await load(id)).toMatchObject({ revision: 2, claim: { reviewerId: ANNA } });
  });

  it('finds only documents that the caller may see', async () => {
    const { id } = await upload();
    for (const [which, visibleOwner] of [
      [id, ANNA],
      [newId(), null],
    ] as const) {
      const update = persistence.uow.transact(() => documents.update(which, visibleOwner, () => null));
      await expect(update).rejects.toMatchObject({ status: 404 });
    }
    expect(await persistence.uow.transact(() => documents.update(id, OWNER, () => null))).toBeDefined();
  });
});

describe('the database itself', () => {
  it('refuses a second history of one revision', async () => {
    const { id } = await upload();
    await expect(
      persistence.source.query(
        `INSERT INTO documents.history SELECT * FROM documents.history WHERE document_id = $1`,
        [id],
      ),
    ).rejects.toMatchObject({ driverError: { constraint: 'pk_history' } });
  });

  it('refuses a second decision in one round', async () => {
    const { id } = await upload();
    await change(id, (it) => it.reject(ANNA, NOON, BECAUSE));
    await expect(
      persistence.source.query(
        `INSERT INTO documents.decisions (id, document_id, review_round, version_number, version_sha256, outcome,
           decided_by, decided_at)
         SELECT gen_random_uuid(), document_id, review_round, version_number, version_sha256, 'verified', $2, now()
         FROM documents.decisions WHERE document_id = $1`,
        [id, BEN],
      ),
    ).rejects.toMatchObject({ driverError: { constraint: 'uq_decisions_round' } });
  });

  it.each(['versions', 'decisions', 'history'])(
    'refuses every update of %s by the application',
    async (table) => {
      for (const statement of [
        `UPDATE documents.${table} SET document_id = document_id`,
        `DELETE FROM documents.${table}`,
      ]) {
        await expect(persistence.source.query(statement)).rejects.toMatchObject({
          driverError: { code: '42501' },
        });
      }
    },
  );

  it('refuses to let the application delete a document', async () => {
    await expect(persistence.source.query('DELETE FROM documents.documents')).rejects.toMatchObject({
      driverError: { code: '42501' },
    });
  });
});
