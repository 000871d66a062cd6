import { v7 } from 'uuid';
import { duringTests } from '../support/during-tests.js';
import {
  become,
  entry,
  insertDocument,
  insertHistory,
  insertVersion,
  PERSON,
  RawChanges,
  sha256Of,
  type Statement,
  update,
} from '../support/raw-changes.js';

const REFUSED = {
  code: '23000',
  message: expect.stringMatching(/^the audit log has no entry of this transaction that tells of this change/),
};

const APPEND_ONLY = { code: '42501', message: expect.stringMatching(/append-only/) };
const wallOff = (table: string): Statement => [
  `ALTER TABLE documents.${table} DISABLE TRIGGER tr_${table}_append_only`,
  [],
];

const raw = duringTests(() => RawChanges.open());

async function statusOf(id: string): Promise<unknown> {
  const { rows } = await raw.owner.query<{ status: string }>(
    'SELECT status FROM documents.documents WHERE id = $1',
    [id],
  );
  return rows[0]?.status;
}

describe('the state of a document', () => {
  const NEXT_VERSION = ', current_version = current_version + 1';
  const ways: Array<[from: string, to: string, actions: string[], more: string]> = [
    ['pending', 'in_review', ['claimed'], ''],
    ['in_review', 'pending', ['released', 'lease_expired', 'updated'], ''],
    ['pending', 'verified', ['verified'], ''],
    ['in_review', 'rejected', ['rejected'], ''],
    ['pending', 'changes_requested', ['changes_requested'], ''],
    ['changes_requested', 'pending', ['version_added'], NEXT_VERSION],
    ['expired', 'pending', ['version_added'], NEXT_VERSION],
    ['pending', 'withdrawn', ['withdrawn'], ''],
    ['verified', 'revoked', ['revoked'], ''],
    ['verified', 'expired', ['expired'], ''],
    ['rejected', 'pending', ['reopened'], ''],
    ['revoked', 'pending', ['reopened'], ''],
  ];

  it.each(ways)('does not go from %s to %s without an entry of %j', async (from, to, actions, more) => {
    const after = { status: to, revision: from === 'pending' ? 2 : 3 };
    const kept = await raw.documentIn(from);
    const change = become(kept, to, more);
    for (const wrong of [
      [],
      [entry('document.content_read', kept, { after })],
      [entry(`document.${actions[0]}`, kept)],
      [entry(`document.${actions[0]}`, kept, { after: { ...after, status: 'erased' } })],
      [entry(`document.${actions[0]}`, kept, { after: { ...after, revision: 1 } })],
    ]) {
      await expect(raw.together(change, ...wrong)).rejects.toMatchObject(REFUSED);
    }
    expect(await statusOf(kept)).toBe(from);
    for (const action of actions) {
      const changed = await raw.documentIn(from);
      await raw.together(become(changed, to, more), entry(`document.${action}`, changed, { after }));
      expect(await statusOf(changed)).toBe(to);
    }
  });

  it.each([
    ['verified', 'pending'],
    ['withdrawn', 'pending'],
  ])('never goes from %s to %s, whatever the entry', async (from, to) => {
    const id = await raw.documentIn(from);
    const after = { status: to, revision: 3 };
    for (const action of ['released', 'updated', 'reopened', 'version_added']) {
      await expect(
        raw.together(become(id, to), entry(`document.${action}`, id, { after })),
      ).rejects.toMatchObject(REFUSED);
    }
  });

  it.each([
    ['title', `title = 'Another'`, 'document.updated'],
    ['metadata', `metadata = '{"a": "b"}'`, 'document.updated'],
    ['owner', `owner_id = '${PERSON}'`, 'document.updated'],
    ['current version', 'current_version = 2', 'document.version_added'],
  ])('includes its %s', async (_, assignment, action) => {
    const id = await raw.documentIn('pending');
    await expect(raw.together(update(id, assignment))).rejects.toMatchObject(REFUSED);
    await raw.together(update(id, assignment), entry(action, id, { after: { revision: 2 } }));
  });

  it('includes the claim of a review and the date of a verification', async () => {
    const [claimed, verified] = [await raw.documentIn('in_review'), await raw.documentIn('verified')];
    const takeOver = update(claimed, `reviewer_id = gen_random_uuid()`);
    await expect(raw.together(takeOver)).rejects.toMatchObject(REFUSED);
    await expect(raw.together(update(verified, `valid_until = 'infinity'`))).rejects.toMatchObject(REFUSED);
    await raw.together(takeOver, entry('document.claimed', claimed, { after: { revision: 3 } }));
  });

  it('may be written again unchanged', async () => {
    const id = await raw.documentIn('pending');
    await raw.together(['UPDATE documents.documents SET status = status WHERE id = $1', [id]]);
  });

  it('cannot be created, renamed or deleted without an entry, not even by the owner of the table', async () => {
    const [kept, fresh] = [await raw.documentIn('pending'), v7()];
    const after = { status: 'pending', revision: 1 };
    for (const wrong of [[], [entry('document.updated', fresh, { after })]]) {
      await expect(raw.together(insertDocument(fresh), ...wrong)).rejects.toMatchObject(REFUSED);
    }
    await expect(
      raw.togetherAsOwner(
        wallOff('versions'),
        ['DELETE FROM documents.versions WHERE document_id = $1', [kept]],
        ['DELETE FROM documents.documents WHERE id = $1', [kept]],
      ),
    ).rejects.toMatchObject(REFUSED);
    await raw.together(insertDocument(fresh), entry('document.uploaded', fresh, { after }));
    const renumbered = v7();
    await expect(
      raw.together(
        update(fresh, `id = '${renumbered}'`),
        entry('document.updated', renumbered, { after: { revision: 2 } }),
      ),
    ).rejects.toMatchObject(REFUSED);
  });

  it('cannot change twice with one entry', async () => {
    const id = await raw.documentIn('pending');
    const verified = entry('document.verified', id, { after: { status: 'verified', revision: 2 } });
    await expect(
      raw.together(become(id, 'verified'), verified, update(id, `valid_until = 'infinity'`)),
    ).rejects.toMatchObject(REFUSED);
  });
});

const decide = (id: string, decision: string, outcome: string, round = 1): Statement => [
  `INSERT INTO documents.decisions (id, document_id, review_round, version_number, version_sha256, outcome, decided_by,
     decided_at, reason_code) VALUES ($2, $1, $4, 1, sha256('x'), $3, '${PERSON}', now(), 'unreadable')`,
  [id, decision, outcome, round],
];

describe('a decision', () => {
  it.each(['verified', 'rejected', 'changes_requested'])(
    'of %s needs an entry that names it',
    async (outcome) => {
      const [id, decision] = [await raw.documentIn('pending'), v7()];
      const details = { decisionId: decision };
      const other = outcome === 'verified' ? 'rejected' : 'verified';
      for (const wrong of [
        [],
        [entry(`document.${other}`, id, { details })],
        [entry(`document.${outcome}`, id)],
        [entry(`document.${outcome}`, id, { details: { decisionId: v7() } })],
      ]) {
        await expect(raw.together(decide(id, decision, outcome), ...wrong)).rejects.toMatchObject(REFUSED);
      }
      await raw.together(decide(id, decision, outcome), entry(`document.${outcome}`, id, { details }));
    },
  );

  it('cannot be added together with a second decision', async () => {
    const [id, decision, stowaway] = [await raw.documentIn('pending'), v7(), v7()];
    const told = entry('document.verified', id, { details: { decision: { id: decision } } });
    await expect(
      raw.together(decide(id, decision, 'verified'), decide(id, stowaway, 'verified', 2), told),
    ).rejects.toMatchObject(REFUSED);
  });

  it('cannot be rewritten or removed by the owner of the table, whatever the entry', async () => {
    const [id, decision] = [await raw.documentIn('pending'), v7()];
    const details = { decisionId: decision };
    await raw.together(decide(id, decision, 'verified'), entry('document.verified', id, { details }));
    for (const sql of [
      `UPDATE documents.decisions SET outcome = 'rejected' WHERE document_id = $1`,
      'DELETE FROM documents.decisions WHERE document_id = $1',
    ]) {
      const attempt: Statement[] = [[sql, [id]], entry('document.rejected', id, { details })];
      await expect(raw.togetherAsOwner(...attempt)).rejects.toMatchObject(APPEND_ONLY);
      await expect(raw.togetherAsOwner(wallOff('decisions'), ...attempt)).rejects.toMatchObject(REFUSED);
    }
  });
});

describe('a version', () => {
  it('is not added without an entry that names its number and its digest', async () => {
    const id = await raw.documentIn('pending');
    const add = insertVersion(id, 2, 'y');
    const after = { revision: 2, version: 2, sha256: sha256Of('y') };
    const next = update(id, 'current_version = 2');
    for (const wrong of [
      [],
      [next, entry('document.version_added', id, { after: { revision: 2 } })],
      [next, entry('document.version_added', id, { after: { ...after, version: 3 } })],
      [next, entry('document.version_added', id, { after: { ...after, sha256: sha256Of('x') } })],
      [next, entry('document.updated', id, { after })],
      [
        next,
        entry('document.uploaded', id, { after }),
        entry('document.version_added', id, { after: { revision: 2 } }),
      ],
    ]) {
      await expect(raw.together(add, ...wrong)).rejects.toMatchObject(REFUSED);
    }
    await raw.together(add, next, entry('document.version_added', id, { after }));
  });

  it('with the same bytes as before is identified by its number alone', async () => {
    const id = await raw.documentIn('pending');
    const after = { revision: 2, version: 2 };
    const again = [insertVersion(id, 2), update(id, 'current_version = 2')];
    await raw.together(...again, entry('document.version_added', id, { after }));
  });

  it('cannot be added together with a second version', async () => {
    const id = await raw.documentIn('pending');
    const after = { revision: 2, version: 2, sha256: sha256Of('y') };
    await expect(
      raw.together(
        insertVersion(id, 2, 'y'),
        insertVersion(id, 3, 'z'),
        update(id, 'current_version = 2'),
        entry('document.version_added', id, { after }),
      ),
    ).rejects.toMatchObject(REFUSED);
  });

  it('cannot be replaced by the owner of the table with its protection disabled', async () => {
    const id = await raw.documentIn('pending');
    await expect(
      raw.togetherAsOwner(
        wallOff('versions'),
        [`UPDATE documents.versions SET sha256 = sha256('y') WHERE document_id = $1`, [id]],
        entry('document.version_added', id, { after: { version: 1, sha256: sha256Of('y') } }),
      ),
    ).rejects.toMatchObject(REFUSED);
  });
});

describe('the history of a document', () => {
  it('cannot contain an event without an entry', async () => {
    const id = await raw.documentIn('pending');
    for (const revision of [1, 2, 9]) {
      const lie = insertHistory(id, revision, 'verified', ['pending', 'verified']);
      await expect(raw.together(lie)).rejects.toMatchObject(REFUSED);
    }
  });

  it('matches the entry of the same transaction', async () => {
    const id = await raw.documentIn('pending');
    const renamed = update(id, `title = 'Another'`);
    const said = entry('document.updated', id, { after: { revision: 2 } });
    for (const lie of [
      insertHistory(id, 2, 'verified', ['pending', 'pending']),
      insertHistory(id, 2, 'updated', ['pending', 'verified']),
      insertHistory(id, 3, 'updated', ['pending', 'pending']),
    ]) {
      await expect(raw.together(renamed, lie, said)).rejects.toMatchObject(REFUSED);
    }
    await raw.together(renamed, insertHistory(id, 2, 'updated', ['pending', 'pending']), said);
  });

  it('names only the decision that was made', async () => {
    const [id, decision] = [await raw.documentIn('pending'), v7()];
    const after = { status: 'verified', revision: 2 };
    const verdict = [become(id, 'verified'), decide(id, decision, 'verified')];
    const line = insertHistory(id, 2, 'verified', ['pending', 'verified'], decision);
    const other = entry('document.verified', id, { after });
    const told = entry('document.verified', id, { details: { decisionId: decision } });
    await expect(raw.together(...verdict, line, other, told)).rejects.toMatchObject(REFUSED);
    await raw.together(
      ...verdict,
      line,
      entry('document.verified', id, { after, details: { decisionId: decision } }),
    );
  });

  it('cannot be rewritten by the owner of the table with its protection disabled', async () => {
    const id = await raw.documentIn('pending');
    const said = entry('document.updated', id, { after: { revision: 2 } });
    const line = insertHistory(id, 2, 'updated', ['pending', 'pending']);
    await raw.together(update(id, `title = 'Another'`), line, said);
    for (const sql of [
      `UPDATE documents.history SET actor_id = gen_random_uuid() WHERE document_id = $1`,
      'DELETE FROM documents.history WHERE document_id = $1',
    ]) {
      const again = entry('document.updated', id, { after: { revision: 2 } });
      await expect(raw.togetherAsOwner(wallOff('history'), [sql, [id]], again)).rejects.toMatchObject(
        REFUSED,
      );
    }
  });
});
