import { newId } from '#libs/kernel';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';

const PASSWORD = 'seven slow herons wade at dusk';

const api = useApi();
const stored = duringTests(() => DatabaseReader.open(api.database));

interface User {
  readonly id: string;
  readonly email: string;
  readonly roles: string[];
  readonly revision: number;
}

const manager = () => api.as('user_manager');
const newUser = (changes: Record<string, unknown> = {}) => ({
  email: `${newId()}@example.com`,
  displayName: 'Erika Mustermann',
  roles: ['user'],
  ...changes,
});

async function create(changes: Record<string, unknown> = {}): Promise<User> {
  return (await manager().post('/v1/users').send(newUser(changes)).expect(201)).body as User;
}

const code = (answer: { body: unknown }) => (answer.body as { code: string }).code;

describe('POST /v1/users', () => {
  it('creates an account that can sign in at once when it has a password', async () => {
    const answer = await manager()
      .post('/v1/users')
      .send(newUser({ password: PASSWORD, roles: ['verifier', 'user'] }))
      .expect(201);
    const user = answer.body as User;
    expect(answer.headers['location']).toBe(`/v1/users/${user.id}`);
    expect(answer.headers['etag']).toBe(answer.body.etag);
    expect(user).toMatchObject({ roles: ['user', 'verifier'], status: 'active', suspensionReason: null });
    expect(JSON.stringify(user)).not.toMatch(/argon2|password|hash/i);
    await api.anonymous.post('/v1/auth/login').send({ email: user.email, password: PASSWORD }).expect(200);
  });

  it('records its creator, without names, addresses or passwords', async () => {
    const user = await create({ password: PASSWORD });
    const entries = await stored.entries('user.created', user.id);
    expect(entries).toEqual([
      expect.objectContaining({
        outcome: 'succeeded',
        actor_id: manager().account?.id,
        target_type: 'user',
        changes: {
          before: {},
          after: {
            email: '[redacted]',
            displayName: '[redacted]',
            roles: ['user'],
            status: 'active',
            revision: 1,
          },
        },
      }),
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/herons|argon2|@example|Erika/);
  });

  it('refuses an address that is taken, in any case', async () => {
    const { email } = await create();
    const answer = await manager()
      .post('/v1/users')
      .send(newUser({ email: email.toUpperCase() }))
      .expect(409);
    expect(code(answer)).toBe('EMAIL_TAKEN');
  });

  it('creates one account from ten simultaneous requests for an address', async () => {
    const body = newUser();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => manager().post('/v1/users').send(body)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  it.each([
    ['no role', { roles: [] }],
    ['a role twice', { roles: ['user', 'user'] }],
    ['a role that does not exist', { roles: ['root'] }],
    ['roles that are no list', { roles: 'admin' }],
    ['an address that is none', { email: 'erika' }],
    ['a line break in the name', { displayName: 'Erika\nadmin' }],
    ['a name that reads backwards', { displayName: 'Erika \u202enimda' }],
    ['an empty name', { displayName: '   ' }],
    ['a NUL in the name', { displayName: 'Eri\u0000ka' }],
    ['an id of its own', { id: newId() }],
    ['a status of its own', { status: 'active' }],
    ['a revision of its own', { revision: 99 }],
    ['a password hash', { passwordHash: '$argon2id$' }],
  ])('refuses %s', async (_name, changes) => {
    const answer = await manager().post('/v1/users').send(newUser(changes)).expect(422);
    expect(code(answer)).toBe('VALIDATION_FAILED');
  });

  it('refuses a password that is easy to guess and creates nothing', async () => {
    const body = newUser({ password: 'passwordpassword' });
    expect(code(await manager().post('/v1/users').send(body).expect(422))).toBe('WEAK_PASSWORD');
    expect(await stored.query('SELECT 1 FROM users.users WHERE email = $1', [body.email])).toEqual([]);
  });

  it('replays the stored response for the same Idempotency-Key', async () => {
    const body = newUser();
    const send = () => manager().post('/v1/users').set('idempotency-key', `create-${body.email}`).send(body);
    const [first, second] = [await send().expect(201), await send().expect(201)];
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await stored.entries('user.created', (first.body as User).id)).toHaveLength(1);
  });
});

describe('GET /v1/users', () => {
  it('pages through all users, newest first, each once, while others are added', async () => {
    const mark = `Page ${newId()}`;
    const made: string[] = [];
    for (let n = 0; n < 7; n += 1) made.unshift((await create({ displayName: mark })).id);
    const seen: string[] = [];
    let cursor = '';
    do {
      const query = `q=${encodeURIComponent(mark)}&limit=3${cursor && `&cursor=${cursor}`}`;
      const page = (await manager().get(`/v1/users?${query}`).expect(200)).body as {
        items: User[];
        nextCursor: string | null;
      };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? '';
      await create({ displayName: mark });
    } while (cursor);
    expect(seen).toEqual(made);
  });

  it('filters by status, role and text, in which % and _ are literal', async () => {
    const mark = newId();
    const [one, two] = [
      await create({ displayName: `100%_${mark}`, roles: ['auditor'] }),
      await create({ displayName: `100xx${mark}`, roles: ['user'] }),
    ];
    await manager().post(`/v1/users/${two.id}/suspend`).send({ reason: 'left' }).expect(200);
    const ids = async (query: string) => {
      const { body } = await manager().get(`/v1/users?${query}`).expect(200);
      return (body as { items: User[] }).items.map(({ id }) => id);
    };
    expect(await ids(`q=${mark}&status=active`)).toEqual([one.id]);
    expect(await ids(`q=${mark}&status=suspended`)).toEqual([two.id]);
    expect(await ids(`q=${mark}&role=auditor`)).toEqual([one.id]);
    expect(await ids(`q=${encodeURIComponent(`100%_${mark}`)}`)).toEqual([one.id]);
    expect(await ids(`q=${encodeURIComponent(one.email.toUpperCase())}`)).toEqual([one.id]);
  });

  it.each(['limit=0', 'limit=101', 'limit=1e2', 'status=erased', 'role=root', 'q=', 'offset=3', 'q=a&q=b'])(
    'refuses ?%s',
    async (query) => {
      const { status } = await manager().get(`/v1/users?${query}`);
      expect([400, 422]).toContain(status);
    },
  );

  it.each(['abc', 'e30', Buffer.from('{"createdAt":"x","id":"y"}').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      await manager().get(`/v1/users?cursor=${cursor}`).expect(400);
    },
  );
});

describe('GET and PATCH /v1/users/{id}', () => {
  it('shows a user with an ETag and changes exactly that revision', async () => {
    const user = await create();
    const read = await manager().get(`/v1/users/${user.id}`).expect(200);
    expect(read.body).toEqual(user);
    const change = (tag: string) =>
      manager().patch(`/v1/users/${user.id}`).set('if-match', tag).send({ displayName: 'Erika M.' });
    const changed = await change(read.headers['etag'] ?? '').expect(200);
    expect(changed.body).toMatchObject({ displayName: 'Erika M.', revision: 2 });
    expect(code(await change(read.headers['etag'] ?? '').expect(412))).toBe('PRECONDITION_FAILED');
    expect(await stored.entries('user.updated', user.id)).toEqual([
      expect.objectContaining({
        outcome: 'succeeded',
        changes: {
          before: { displayName: '[redacted]', revision: 1 },
          after: { displayName: '[redacted]', revision: 2 },
        },
      }),
      expect.objectContaining({ outcome: 'failed', reason_code: 'PRECONDITION_FAILED' }),
    ]);
  });

  it('requires If-Match for a change', async () => {
    const user = await create();
    const answer = await manager().patch(`/v1/users/${user.id}`).send({ displayName: 'X' }).expect(428);
    expect(code(answer)).toBe('PRECONDITION_REQUIRED');
  });

  it('refuses an address that is taken, and records nothing for a change without effect', async () => {
    const [one, two] = [await create(), await create()];
    const patch = (body: object) => manager().patch(`/v1/users/${two.id}`).set('if-match', '"1"').send(body);
    expect(code(await patch({ email: one.email.toUpperCase() }).expect(409))).toBe('EMAIL_TAKEN');
    expect((await patch({ email: two.email }).expect(200)).body).toMatchObject({ revision: 1 });
    expect((await patch({}).expect(200)).body).toMatchObject({ revision: 1 });
    const outcomes = (await stored.entries('user.updated', two.id)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['failed']);
  });

  it('does not change roles or status', async () => {
    const user = await create();
    for (const body of [{ roles: ['admin'] }, { status: 'suspended' }, { displayName: null }]) {
      await manager().patch(`/v1/users/${user.id}`).set('if-match', '"1"').send(body).expect(422);
    }
  });

  it('gives 404 for an unknown id and 422 for an invalid id', async () => {
    await manager().get(`/v1/users/${newId()}`).expect(404);
    await manager().get('/v1/users/42').expect(422);
    await manager().patch(`/v1/users/${newId()}`).set('if-match', '*').send({ displayName: 'X' }).expect(404);
  });

  it('lets an auditor read, and no other role', async () => {
    const user = await create();
    await api.as('auditor').get(`/v1/users/${user.id}`).expect(200);
    for (const role of ['user', 'verifier', 'admin'] as const) {
      await api.as(role).get(`/v1/users/${user.id}`).expect(403);
    }
    await api.anonymous.get(`/v1/users/${user.id}`).expect(401);
  });
});
