import { setTimeout as sleep } from 'node:timers/promises';
import { Clock, newId } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { Document, type NewVersion } from '../../libs/documents/src/domain/document.js';
import { type DocumentState, type Transition } from '../../libs/documents/src/domain/document-state.js';
import { DecisionEntity } from '../../libs/documents/src/entities/decision.entity.js';
import { DocumentEntity } from '../../libs/documents/src/entities/document.entity.js';
import { HistoryEntity } from '../../libs/documents/src/entities/history.entity.js';
import { VersionEntity } from '../../libs/documents/src/entities/version.entity.js';
import { ClaimedDocuments } from '../../libs/documents/src/persistence/claimed-documents.js';
import { DocumentsRepository } from '../../libs/documents/src/persistence/documents.repository.js';
import { withClient } from '../support/catalogue.js';
import { openTestPersistence } from '../support/data-source.js';
import { duringTests } from '../support/during-tests.js';
import { demandNoEntries } from '../support/past-the-log.js';

const OWNER = newId();
const ANNA = newId();
const BEN = newId();
const NOON = new Date('2026-11-20T12:00:00.123Z');
const BECAUSE = { versionSha256: null, reasonCode: 'duplicate', message: null, note: 'n' };

let documents: DocumentsRepository;

const persistence = duringTests(() =>
  openTestPersistence([DocumentEntity, VersionEntity, DecisionEntity, HistoryEntity]),
);

beforeAll(async () => {
  await demandNoEntries(persistence.database);
  documents = new DocumentsRepository(persistence.uow, new ClaimedDocuments(new Clock(), new Metrics()));
});

const bytes = (letter: string): NewVersion => ({
  sha256: letter.repeat(64),
  size: 2 ** 40,
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

/** Runs a verb in a transaction of its own, which ends only when `hold` does. */
async function change(
  id: string,
  verb: (document: Document) => Transition,
  hold: () => Promise<unknown> = async () => undefined,
): Promise<DocumentState> {
  return persistence.uow.transact(async () => {
    const document = await documents.getLocked(id, null);
    await documents.save(verb(document));
    await hold();
    return document.state;
  });
}

/** What BEN does by claiming it now. */
async function claimed(id: string): Promise<Transition> {
  return (await documents.getLocked(id, null)).claim(BEN, NOON, NOON);
}

async function load(id: string): Promise<DocumentState> {
  return persistence.uow.isolate(async () => (await documents.getLocked(id, null)).state);
}

describe('a document that is locked', () => {
  it('comes back exactly as its verbs left it', async () => {
    const { id } = await upload();
    const verbs: Array<(document: Document) => Transition> = [
      (it) => it.claim(ANNA, NOON, new Date(NOON.getTime() + 1)),
      (it) => it.requestChanges(ANNA, NOON, { ...BECAUSE, reasonCode: 'unreadable' }),
      (it) => it.addVersion(OWNER, NOON, bytes('b')),
      (it) => it.reject(ANNA, NOON, BECAUSE),
      (it) => it.reopen(BEN, NOON, { reasonCode: 'other', message: 'm\nn', note: null }),
      (it) =>
        it.verify(
          BEN,
          NOON,
          { versionSha256: null, message: 'fine', note: null },
          new Date(NOON.getTime() + 9),
        ),
    ];
    for (const verb of verbs) {
      const left = await change(id, verb);
      expect(await load(id)).toEqual(left);
    }
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
  ])('shows whoever waited for it %s that is younger than their statement', async (_, verb, expected) => {
    const { id } = await upload();
    let waiter: Promise<DocumentState> | undefined;
    await change(id, verb, async () => {
      waiter = load(id);
      await sleep(200);
    });
    expect(await waiter).toMatchObject(expected);
  });

  it('is passed by instead of waited for when that is asked', async () => {
    const { id } = await upload();
    await change(
      id,
      (it) => it.verify(ANNA, NOON, { versionSha256: null, message: null, note: null }),
      async () => {
        expect(await persistence.uow.isolate(() => documents.findLockedOrSkip(id))).toBeNull();
      },
    );
    expect(await persistence.uow.transact(() => documents.findLockedOrSkip(id))).not.toBeNull();
  });

  it('is not found for those who may not know it', async () => {
    const { id } = await upload();
    await expect(persistence.uow.transact(() => documents.getLocked(id, ANNA))).rejects.toMatchObject({
      status: 404,
    });
    await expect(persistence.uow.transact(() => documents.getLocked(newId(), null))).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('a document that is not locked before it is changed', () => {
  /** The revisions that were seen by somebody who claims it without a lock. */
  async function claim(id: string, between: () => Promise<unknown>): Promise<number[]> {
    const seen: number[] = [];
    await persistence.uow.transact(async () => {
      const document = await documents.getToChange(id, null);
      seen.push(document.state.revision);
      await between();
      await documents.save(document.claim(ANNA, NOON, new Date(NOON.getTime() + 1), { allowed: true }));
    });
    return seen;
  }

  it('is the same as one that is', async () => {
    const { id } = await upload();
    const left = await change(id, (it) =>
      it.requestChanges(ANNA, NOON, { ...BECAUSE, reasonCode: 'unreadable' }),
    );
    const state = persistence.uow.transact(async () => (await documents.getToChange(id, null)).state);
    expect(await state).toEqual(left);
  });

  it('is read once when nobody was faster', async () => {
    const { id } = await upload();
    expect(await claim(id, async () => undefined)).toEqual([1]);
    expect(await load(id)).toMatchObject({ revision: 2, claim: { reviewerId: ANNA } });
  });

  it('is read again, locked, when somebody was', async () => {
    const { id } = await upload();
    let first = true;
    const seen = await claim(id, async () => {
      if (first) await persistence.uow.isolate(async () => documents.save(await claimed(id)));
      first = false;
    });
    expect(seen).toEqual([1, 2]);
    expect(await load(id)).toMatchObject({ revision: 3, claim: { reviewerId: ANNA } });
    expect(await count('history', id)).toBe(3);
  });

  it('is read again, locked, when its write waited for somebody who holds the document', async () => {
    const { id } = await upload();
    let holds = (): void => undefined;
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (holds = resolve));
    const released = new Promise<void>((resolve) => (letGo = resolve));
    const holder = change(
      id,
      (it) => it.claim(BEN, NOON, NOON),
      async () => {
        holds();
        await released;
      },
    );
    await held;
    const seen = claim(id, async () => undefined);
    await somebodyWaits();
    letGo();
    await holder;
    expect(await seen).toEqual([1, 2]);
    expect(await load(id)).toMatchObject({ revision: 3, claim: { reviewerId: ANNA } });
  });

  it('is not found for those who may not know it', async () => {
    const { id } = await upload();
    for (const [which, onlyOf] of [
      [id, ANNA],
      [newId(), null],
    ] as const) {
      const look = persistence.uow.transact(() => documents.getToChange(which, onlyOf));
      await expect(look).rejects.toMatchObject({ status: 404 });
    }
  });
});

describe('the database itself', () => {
  it('refuses a transition from a revision that is no longer there, and writes no part of it', async () => {
    const before = await upload();
    const stale = Document.restore(before).reject(ANNA, NOON, BECAUSE);
    await change(before.id, (it) => it.claim(BEN, NOON, NOON));
    await expect(persistence.uow.transact(() => documents.save(stale))).rejects.toThrow(
      'was changed meanwhile',
    );
    expect(await count('decisions', before.id)).toBe(0);
    expect(await count('history', before.id)).toBe(2);
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
    'lets the application rewrite nothing in %s',
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

  it('lets the application delete no document', async () => {
    await expect(persistence.source.query('DELETE FROM documents.documents')).rejects.toMatchObject({
      driverError: { code: '42501' },
    });
  });
});

/** Resolves once a session waits for a lock that another one holds. */
async function somebodyWaits(): Promise<void> {
  await withClient(persistence.database.adminUrl, async (admin) => {
    for (;;) {
      const { rowCount } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (rowCount !== 0) return;
      await sleep(10);
    }
  });
}

async function count(table: 'decisions' | 'history', id: string): Promise<number> {
  const [row] = await persistence.source.query<Array<{ n: number }>>(
    `SELECT count(*)::int AS n FROM documents.${table} WHERE document_id = $1`,
    [id],
  );
  return row!.n;
}
