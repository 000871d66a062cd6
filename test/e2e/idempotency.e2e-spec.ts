import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { newId } from '#libs/kernel';
import { useApi, useClient } from '../support/describe-api.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';

const api = useApi();
const owner = useClient(() => api.database.ownerUrl);

const person = () => ({ email: `erika-${newId()}@example.com`, displayName: 'Erika', roles: ['user'] });
const create = (key: string, body: object, manager = api.as('user_manager')) =>
  manager.post('/v1/users').set('idempotency-key', key).send(body);
const entriesAbout = async (id: string): Promise<unknown[]> =>
  (await owner.query('SELECT action, outcome FROM audit.entries WHERE target_id = $1', [id])).rows;

describe('the same Idempotency-Key', () => {
  it('sent 50 times at once creates one account, one audit entry and one response', async () => {
    const [key, body] = [newId(), person()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => create(key, body)));
    const created = answers.filter(({ status }) => status === 201);
    expect(created.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 201);
    expect(
      others.filter(
        ({ status, body: problem }) => status !== 409 || problem.code !== 'IDEMPOTENCY_IN_PROGRESS',
      ),
    ).toEqual([]);
    const { rows } = await owner.query<{ id: string }>('SELECT id FROM users.users WHERE email = $1', [
      body.email,
    ]);
    expect(rows).toHaveLength(1);
    expect(await entriesAbout(rows[0]?.id ?? '')).toEqual([{ action: 'user.created', outcome: 'succeeded' }]);
  });

  it('returns the whole response again: status, body, Location and ETag', async () => {
    const [key, body] = [newId(), person()];
    const first = await create(key, body).expect(201);
    const again = await create(key, body).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect(again.headers['etag']).toBe(first.headers['etag']);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
  });

  it('returns the response to a client that had disconnected before it came', async () => {
    const [key, body] = [newId(), person()];
    const { accessToken } = api.as('user_manager');
    const json = JSON.stringify(body);
    await new Promise<void>((resolve) => {
      const call = httpRequest(`${api.url}/v1/users`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(json),
          'idempotency-key': key,
        },
      });
      call.on('error', () => undefined).on('close', resolve);
      call.end(json, () => setTimeout(() => call.destroy(), 2));
    });
    let answer = await create(key, body);
    while (answer.status === 409) answer = await create(key, body);
    expect(answer.status).toBe(201);
    expect(await entriesAbout(answer.body.id)).toEqual([{ action: 'user.created', outcome: 'succeeded' }]);
    expect((await create(key, body)).text).toBe(answer.text);
  });

  it('is refused with another body and with another operation', async () => {
    const [key, body] = [newId(), person()];
    const { body: user } = await create(key, body).expect(201);
    const otherBody = await create(key, { ...body, displayName: 'E.' }).expect(422);
    expect(otherBody.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const suspension = api
      .as('user_manager')
      .post(`/v1/users/${user.id}/suspend`)
      .set('idempotency-key', key);
    expect((await suspension.send({ reason: 'left' }).expect(422)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const { rows } = await owner.query('SELECT status FROM users.users WHERE id = $1', [user.id]);
    expect(rows).toEqual([{ status: 'active' }]);
  });

  it('belongs to one account only', async () => {
    const key = newId();
    const other = await api.newcomer(['user_manager']);
    const first = await create(key, person()).expect(201);
    const second = await create(key, person(), other).expect(201);
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('may be used again after a refusal, and a day later', async () => {
    const [key, body] = [newId(), person()];
    await create(newId(), body).expect(201);
    await create(key, body).expect(409);
    const corrected = await create(key, person()).expect(201);
    expect(corrected.headers['idempotency-replayed']).toBeUndefined();
  });

  it('does not bypass the loss of a role', async () => {
    const manager = await api.newcomer(['user_manager']);
    const [key, body] = [newId(), person()];
    await create(key, body, manager).expect(201);
    const path = `/v1/users/${manager.account?.id}`;
    const { headers } = await api.as('user_manager').get(path).expect(200);
    await api
      .as('user_manager')
      .put(`${path}/roles`)
      .set('if-match', String(headers['etag']))
      .send({ roles: ['user'] })
      .expect(200);
    const answer = await create(key, body, manager);
    expect([answer.status, answer.text.includes(body.email)]).toEqual([403, false]);
  });

  it.each(['two words', 'x'.repeat(256), '""'])('is refused as %j', async (key) => {
    const answer = await create(key, person()).expect(422);
    expect(answer.body).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ in: 'header', pointer: '/Idempotency-Key' }],
    });
  });
});

describe('an upload with an Idempotency-Key', () => {
  const upload = (key: string, bytes: Buffer, title = 'Passport') =>
    api
      .as('user')
      .post('/v1/documents')
      .set('idempotency-key', key)
      .field('title', title)
      .field('type', 'passport')
      .attach('file', bytes, { filename: 'passport.pdf', contentType: 'application/pdf' });

  it('creates one document with one audit entry and one stored file, however often it is sent', async () => {
    const [key, bytes] = [newId(), pdfBytes(SMALLEST_PDF, newId())];
    const answers = await Promise.all(Array.from({ length: 10 }, () => upload(key, bytes)));
    const late = await upload(key, bytes).expect(201);
    expect(late.headers['idempotency-replayed']).toBe('true');
    expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).toEqual(
      [],
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(new Set([late, ...created].map(({ text }) => text)).size).toBe(1);
    expect(await entriesAbout(late.body.id)).toEqual([{ action: 'document.uploaded', outcome: 'succeeded' }]);
    const { rows } = await owner.query('SELECT id FROM documents.documents WHERE owner_id = $1', [
      api.as('user').account?.id,
    ]);
    expect(rows).toEqual([{ id: late.body.id }]);
    const files = readdirSync(api.configuration.dataDir, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile() && /^[0-9a-f-]{36}/.test(file.name))).toHaveLength(1);
  });

  it('is refused with other bytes or other fields', async () => {
    const [key, bytes] = [newId(), pdfBytes(SMALLEST_PDF, newId())];
    await upload(key, bytes).expect(201);
    for (const other of [
      upload(key, Buffer.concat([bytes, Buffer.from('\n')])),
      upload(key, bytes, 'Licence'),
    ]) {
      expect((await other.expect(422)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    }
  });
});
