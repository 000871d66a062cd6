import { newId } from '#libs/kernel';
import { idOf } from '../support/api-client.js';
import { useApi, useClient } from '../support/describe-api.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';
import { DECIDE_UNREAD, decideOn, type DocumentBody } from '../support/documents.js';

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly outcome: string;
  readonly reasonCode: string | null;
  readonly requestId: string;
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly target: { readonly type: string; readonly id: string } | null;
}

const api = useApi({ environment: DECIDE_UNREAD });
const owner = useClient(() => api.database.ownerUrl);

const auditor = () => api.as('auditor');
const find = async (query: string): Promise<Entry[]> =>
  ((await auditor().get(`/v1/audit/entries?limit=100&${query}`).expect(200)).body as { items: Entry[] })
    .items;
const person = () => ({
  email: `erika-${newId()}@example.com`,
  displayName: 'Erika Mustermann',
  roles: ['user'],
  password: 'seven slow herons wade at dusk',
});

describe('the actions of users', () => {
  it('can be read by an auditor: who, when, what, on what, from where', async () => {
    const manager = api.as('user_manager');
    const before = api.clock.now().toISOString();
    const created = await manager.post('/v1/users').set('user-agent', 'a browser').send(person()).expect(201);
    const entries = await find(`targetId=${created.body.id}`);
    expect(entries).toMatchObject([
      {
        action: 'user.created',
        outcome: 'succeeded',
        actor: { type: 'user', id: idOf(manager), roles: ['user_manager'], authenticatedBy: 'password' },
        target: { type: 'user', id: created.body.id, ownerId: created.body.id },
        requestId: created.headers['x-request-id'],
        ip: '127.0.0.1',
        userAgent: 'a browser',
        redacted: false,
      },
    ]);
    const one = await auditor().get(`/v1/audit/entries/${entries[0]?.id}`).expect(200);
    expect(one.body).toEqual(entries[0]);
    expect(one.body.occurredAt >= before).toBe(true);
  });

  it('starts with the login, whose entry names the account', async () => {
    const user = await api.newcomer(['user']);
    expect(await find(`actorId=${idOf(user)}&action=session.created`)).toMatchObject([
      { outcome: 'succeeded', actor: { type: 'user', roles: ['user'] }, target: { type: 'session' } },
    ]);
  });

  it('records a failed login without the e-mail address', async () => {
    const account = await api.createAccount(['user']);
    const stranger = `nobody-${newId()}@example.com`;
    const wrong = await api.anonymous
      .post('/v1/auth/login')
      .send({ email: account.email, password: 'wrong' })
      .expect(401);
    const unknown = await api.anonymous
      .post('/v1/auth/login')
      .send({ email: stranger, password: 'wrong' })
      .expect(401);
    const failures = await find('action=session.login_failed');
    const byRequest = (answer: { headers: Record<string, string> }): Entry[] =>
      failures.filter((entry) => entry.requestId === answer.headers['x-request-id']);
    expect(byRequest(wrong)).toMatchObject([
      {
        outcome: 'failed',
        reasonCode: 'INVALID_CREDENTIALS',
        actor: { type: 'anonymous' },
        target: { id: account.id },
      },
    ]);
    expect(byRequest(unknown)).toMatchObject([
      { outcome: 'failed', actor: { type: 'anonymous' }, target: null },
    ]);
    expect(JSON.stringify(failures)).not.toMatch(new RegExp(`${account.email}|${stranger}`));
  });

  it('records a refusal when a role does not allow the action', async () => {
    const id = newId();
    const denied = await api
      .as('user')
      .post(`/v1/users/${id}/suspend`)
      .send({ reason: 'because' })
      .expect(403);
    expect(await find(`targetId=${id}`)).toMatchObject([
      {
        action: 'access.denied',
        outcome: 'denied',
        reasonCode: 'FORBIDDEN',
        actor: { id: idOf(api.as('user')) },
        requestId: denied.headers['x-request-id'],
        details: { operation: 'suspendUser', permission: 'user:suspend' },
      },
    ]);
  });

  it('records a failed action when another reviewer was faster', async () => {
    const manager = api.as('user_manager');
    const { body } = await manager.post('/v1/users').send(person()).expect(201);
    await manager.patch(`/v1/users/${body.id}`).set('if-match', '"7"').send({ displayName: 'E' }).expect(412);
    expect(await find(`targetId=${body.id}&outcome=failed`)).toMatchObject([
      { action: 'user.updated', reasonCode: 'PRECONDITION_FAILED', changes: null },
    ]);
  });

  it('records the refusals of a suspended account', async () => {
    const user = await api.newcomer(['verifier']);
    await api
      .as('user_manager')
      .post(`/v1/users/${idOf(user)}/suspend`)
      .send({ reason: 'left' })
      .expect(200);
    const refused = await user.get('/v1/auth/me').expect(401);
    const entries = await find('action=access.denied&outcome=denied');
    expect(entries.map((entry) => entry.requestId)).toContain(refused.headers['x-request-id']);
  });
});

describe('an entry and its change', () => {
  it('are committed together or not at all', async () => {
    await owner.query(`
      CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$;
      CREATE TRIGGER planted BEFORE INSERT ON audit.entries FOR EACH ROW
        WHEN (NEW.action = 'user.created') EXECUTE FUNCTION public.fail()`);
    try {
      const doomed = person();
      await api.as('user_manager').post('/v1/users').send(doomed).expect(500);
      const { rowCount } = await owner.query('SELECT FROM users.users WHERE email = $1', [doomed.email]);
      expect(rowCount).toBe(0);
    } finally {
      await owner.query('DROP TRIGGER planted ON audit.entries');
    }
  });

  it('contain no password and no token', async () => {
    const account = await api.createAccount(['user'], 'canary password 4711 herons');
    const user = await api.signIn(account);
    await user
      .put('/v1/auth/password')
      .send({ currentPassword: account.password, newPassword: 'canary password 4712 herons' })
      .expect(204);
    const { rows } = await owner.query<{ entry: string }>(
      'SELECT to_jsonb(e)::text AS entry FROM audit.entries e',
    );
    const log = rows.map(({ entry }) => entry).join('\n');
    expect(log).toContain('user.password_changed');
    expect(log).not.toMatch(/canary|eyJ|argon2/);
  });
});

describe('a document', () => {
  const uploaded = async (): Promise<DocumentBody> => {
    const { body } = await api
      .as('user')
      .post('/v1/documents')
      .field('title', 'Passport')
      .field('type', 'passport')
      .attach('file', pdfBytes(SMALLEST_PDF, newId()), { filename: 'p.pdf', contentType: 'application/pdf' })
      .expect(201);
    return body as DocumentBody;
  };

  it('shows its owner who decided, and an auditor also the IP address', async () => {
    const document = await uploaded();
    const { id, sha256 } = document;
    const verifier = api.as('verifier');
    const verdict = { versionSha256: sha256, note: 'for colleagues only' };
    await decideOn(document, verifier, 'verify', verdict).expect(200);
    const own = await api.as('user').get(`/v1/audit/entries?targetId=${id}`).expect(200);
    expect(own.body.items).toMatchObject([
      {
        action: 'document.verified',
        actor: { id: idOf(verifier), sessionId: null },
        target: { version: 1, sha256, ownerId: idOf(api.as('user')) },
        ip: null,
        details: null,
        redacted: true,
      },
      { action: 'document.uploaded', ip: '127.0.0.1', redacted: false },
    ]);
    const [full] = await find(`targetId=${id}&action=document.verified`);
    expect(full).toMatchObject({
      ip: '127.0.0.1',
      details: {
        decision: {
          id: expect.any(String),
          outcome: 'verified',
          by: idOf(verifier),
          versionNumber: 1,
          versionSha256: sha256,
        },
      },
    });
    expect(JSON.stringify([own.body, full])).not.toContain('colleagues');
  });

  it('keeps its state when the audit entry of the decision cannot be written', async () => {
    const document = await uploaded();
    const { id } = document;
    await owner.query(`
      CREATE TRIGGER planted_verdict BEFORE INSERT ON audit.entries FOR EACH ROW
        WHEN (NEW.action = 'document.verified') EXECUTE FUNCTION public.fail()`);
    try {
      await decideOn(document, api.as('verifier'), 'verify', {}).expect(500);
    } finally {
      await owner.query('DROP TRIGGER planted_verdict ON audit.entries');
    }
    const { body } = await api.as('user').get(`/v1/documents/${id}`).expect(200);
    expect(body).toMatchObject({ status: 'pending', revision: 1 });
    const { rowCount } = await owner.query('SELECT FROM documents.decisions WHERE document_id = $1', [id]);
    expect(rowCount).toBe(0);
    expect((await find(`targetId=${id}`)).map(({ action }) => action)).toEqual(['document.uploaded']);
  });

  it('records a second decision as failed', async () => {
    const document = await uploaded();
    const { id } = document;
    await decideOn(document, api.as('verifier'), 'verify', {}).expect(200);
    await api.as('admin').post(`/v1/documents/${id}/reject`).send({ reasonCode: 'unreadable' }).expect(409);
    expect(await find(`targetId=${id}&outcome=failed`)).toMatchObject([
      { action: 'document.rejected', actor: { id: idOf(api.as('admin')) }, changes: null },
    ]);
  });
});

describe('the log', () => {
  it('shows users their own history and no other user’s', async () => {
    const [user, other] = [await api.newcomer(['user']), await api.newcomer(['user'])];
    const mine = await user.get('/v1/audit/entries').expect(200);
    const ids = (mine.body.items as Entry[]).map(({ id }) => id);
    expect((mine.body.items as Entry[]).map(({ action }) => action)).toEqual([
      'session.created',
      'user.created',
    ]);
    // Another user created the account: that user's address is hidden from the reader.
    expect(mine.body.items).toMatchObject([{ redacted: false }, { redacted: true, ip: null }]);
    for (const id of ids) await other.get(`/v1/audit/entries/${id}`).expect(404);
    for (const id of ids) await auditor().get(`/v1/audit/entries/${id}`).expect(200);
  });

  it('is exported as NDJSON, and the export is recorded with its actor', async () => {
    const answer = await auditor().get('/v1/audit/export?targetType=user').buffer(true).expect(200);
    const entries = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
    expect(entries.length).toBeGreaterThan(5);
    expect(entries.every((entry) => entry.target?.type === 'user')).toBe(true);
    expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).sort());
    expect(await find(`actorId=${idOf(auditor())}&action=audit.exported`)).toMatchObject([
      { requestId: answer.headers['x-request-id'], target: { type: 'audit_log', id: 'entries' } },
    ]);
  });

  it('shows a user manager only entries about accounts', async () => {
    const answer = await api.as('user_manager').get('/v1/audit/export').buffer(true).expect(200);
    const entries = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
    expect(
      entries.filter(({ target, action }) => target?.type === 'audit_log' || action.startsWith('document.')),
    ).toEqual([]);
  });

  it('is closed to anonymous clients', async () => {
    await api.anonymous.get('/v1/audit/entries').expect(401);
    await api.anonymous.get('/v1/audit/export').expect(401);
  });
});
