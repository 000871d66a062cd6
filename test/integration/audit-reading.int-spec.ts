import { type Client } from 'pg';
import { newId } from '#libs/kernel';
import { as } from '../support/audited-app.js';
import { plantEntries } from '../support/audit-rows.js';
import { duringTests } from '../support/during-tests.js';
import { AUDITOR, type OpenAudit, openAudit } from '../support/open-audit.js';

let owner: Client;
let read: OpenAudit['read'];

const audit = duringTests(() => openAudit());

beforeAll(async () => {
  ({ owner, read } = audit);
});

const idsOf = (answer: { body: { items: Array<{ id: string }> } }): string[] =>
  answer.body.items.map(({ id }) => id);

describe('the list of entries', () => {
  it('shows an entry as it was recorded', async () => {
    const [actorId, targetId, ownerId] = [newId(), newId(), newId()];
    const [id] = await plantEntries(owner, [
      { actorId, targetId, targetOwnerId: ownerId, at: '2026-01-01T00:00:00.007Z' },
    ]);
    const answer = await read(`entries?targetId=${targetId.toUpperCase()}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      items: [
        {
          id,
          occurredAt: '2026-01-01T00:00:00.007Z',
          action: 'document.updated',
          outcome: 'succeeded',
          actor: {
            type: 'user',
            id: actorId,
            roles: ['user'],
            authenticatedBy: null,
            sessionId: '0199f0a1-0000-7000-8000-00000000abcd',
          },
          target: { type: 'document', id: targetId, version: null, sha256: null, ownerId },
          reasonCode: null,
          requestId: 'planted',
          ip: '203.0.113.7',
          userAgent: 'agent',
          changes: { before: { title: 'a' }, after: { title: 'b' } },
          details: { planted: expect.any(Number) },
          redacted: false,
        },
      ],
      nextCursor: null,
    });
    expect((await read(`entries/${id}`)).body).toEqual(answer.body.items[0]);
  });

  it('is paged without gap or repetition, newest first, although many entries share a millisecond', async () => {
    const targetId = newId();
    const planted = await plantEntries(
      owner,
      Array.from({ length: 25 }, () => ({ targetId })),
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: Array<{ id: string }>; nextCursor: string | null } } = await read(
        `entries?targetId=${targetId}&limit=10${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
      // New entries are newer than the first page.
      await plantEntries(owner, [{ targetId, at: '2026-02-01T00:00:00.000Z' }]);
    } while (cursor !== null);
    expect(seen).toEqual([...planted].reverse());
  });

  it('filters by all parameters together and by each alone', async () => {
    const [actorId, targetId] = [newId(), newId()];
    const at = (time: string) => `2026-03-01T${time}Z`;
    const [first, second, third, fourth] = await plantEntries(owner, [
      { targetId, actorId, at: at('00:00:00.000'), action: 'document.claimed' },
      { targetId, at: at('00:00:00.001'), action: 'document.verified', outcome: 'failed' },
      { targetId, actorId, at: at('00:00:00.002'), action: 'document.verified' },
      { targetId, targetType: 'audit_log', at: at('00:00:01.000'), action: 'audit.read' },
    ]);
    const expectIds = async (query: string, ...ids: Array<string | undefined>) =>
      expect([query, idsOf(await read(`entries?targetId=${targetId}&${query}`))]).toEqual([query, ids]);
    await expectIds(`actorId=${actorId}`, third, first);
    await expectIds('action=document.verified', third, second);
    await expectIds('action=document.claimed&action=audit.read', fourth, first);
    await expectIds('targetType=audit_log', fourth);
    await expectIds('outcome=failed', second);
    await expectIds(`from=${at('00:00:00.001')}`, fourth, third, second);
    await expectIds(`to=${at('00:00:00.002')}`, second, first);
    await expectIds(`from=${at('00:00:00.0010001')}&to=${at('00:00:01')}`, third);
    await expectIds(`from=${encodeURIComponent('2026-03-01T01:00:00.002+01:00')}`, fourth, third);
    await expectIds(
      `actorId=${actorId}&action=document.verified&outcome=succeeded&targetType=document`,
      third,
    );
  });

  it.each([
    ['limit=0', 422],
    ['limit=101', 422],
    ['actorId=me', 422],
    ['action=document.painted', 422],
    ['outcome=maybe', 422],
    ['from=yesterday', 422],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 422],
    ['unknown=1', 422],
    ['cursor=abc', 400],
    [`cursor=${Buffer.from('{"id":"1"}').toString('base64url')}`, 400],
  ])('refuses %s', async (query, status) => {
    expect((await read(`entries?${query}`)).status).toBe(status);
  });

  it('is itself recorded, with its filters', async () => {
    const targetId = newId();
    const answer = await read(`entries?targetId=${targetId}&outcome=denied`);
    const { rows } = await owner.query('SELECT * FROM audit.entries WHERE request_id = $1', [
      answer.headers['x-request-id'],
    ]);
    expect(rows).toMatchObject([
      {
        action: 'audit.read',
        outcome: 'succeeded',
        actor_id: AUDITOR['x-test-actor'],
        target_type: 'audit_log',
        details: { filter: { targetId, outcome: 'denied' }, entries: 0 },
      },
    ]);
  });
});

describe('the visible entries', () => {
  const [me, stranger, document, account] = [newId(), newId(), newId(), newId()];
  let ids: Record<string, string>;

  beforeAll(async () => {
    const names = ['mine', 'aboutMyDocument', 'foreign', 'aboutAccount', 'loginOfNobody', 'aboutMe'];
    const planted = await plantEntries(owner, [
      { actorId: me, targetId: newId() },
      { actorId: stranger, targetId: document, targetOwnerId: me },
      { actorId: stranger, targetId: newId(), targetOwnerId: stranger },
      {
        actorId: stranger,
        targetId: account,
        targetType: 'session',
        targetOwnerId: account,
        action: 'session.ended',
      },
      { action: 'session.login_failed', outcome: 'failed' },
      {
        actorId: stranger,
        targetId: me,
        targetType: 'user',
        targetOwnerId: me,
        action: 'user.roles_changed',
      },
    ]);
    ids = Object.fromEntries(names.map((name, index) => [name, planted[index] as string]));
  });

  const visible = async (headers: Record<string, string>): Promise<string[]> => {
    const names: string[] = [];
    const listed = new Set(idsOf(await read('entries?limit=100&to=2026-01-01T00:00:00.001Z', headers)));
    for (const [name, id] of Object.entries(ids)) {
      const { status } = await read(`entries/${id}`, headers);
      expect([name, listed.has(id)]).toEqual([name, status === 200]);
      if (status === 200) names.push(name);
      else expect(status).toBe(404);
    }
    return names;
  };

  it('of an auditor and of an admin are all', async () => {
    expect(await visible(AUDITOR)).toEqual(Object.keys(ids));
    expect(await visible(as(newId(), 'admin'))).toEqual(Object.keys(ids));
  });

  it('of a user manager are those about accounts', async () => {
    expect(await visible(as(newId(), 'user_manager'))).toEqual(['aboutAccount', 'loginOfNobody', 'aboutMe']);
  });

  it('of a user are the user’s own actions and actions on the user’s documents and account', async () => {
    expect(await visible(as(me, 'user'))).toEqual(['mine', 'aboutMyDocument', 'aboutMe']);
    expect(await visible(as(newId(), 'verifier'))).toEqual([]);
  });

  it('of a user with two roles are those of both roles', async () => {
    expect(await visible(as(me, 'user', 'user_manager'))).toEqual([
      'mine',
      'aboutMyDocument',
      'aboutAccount',
      'loginOfNobody',
      'aboutMe',
    ]);
  });

  it('hide personal values of other users who acted on the reader’s documents', async () => {
    const withheld = { ip: null, userAgent: null, requestId: null, details: null, redacted: true };
    const foreign = await read(`entries/${ids['aboutMyDocument']}`, as(me, 'user'));
    expect(foreign.body).toMatchObject({ ...withheld, actor: { id: stranger, sessionId: null } });
    expect((await read(`entries/${ids['mine']}`, as(me, 'user'))).body).toMatchObject({
      ip: '203.0.113.7',
      redacted: false,
    });
    const manager = as(me, 'user', 'user_manager');
    expect((await read(`entries/${ids['aboutMe']}`, manager)).body).toMatchObject({
      ip: '203.0.113.7',
      redacted: false,
    });
    expect((await read(`entries/${ids['aboutMyDocument']}`, manager)).body).toMatchObject(withheld);
  });
});
