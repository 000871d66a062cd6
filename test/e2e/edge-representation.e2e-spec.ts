import { type ApiClient } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import { uploadDocument } from '../support/documents.js';

const api = useApi();

/** Creates a document of this owner. */
async function idOf(owner: ApiClient): Promise<string> {
  const { body } = await uploadDocument(owner).expect(201);
  return (body as { id: string }).id;
}

describe('a representation', () => {
  it('has the revision and a hash as its ETag and is not sent again to a client that has it', async () => {
    const manager = api.as('user_manager');
    const path = `/v1/users/${manager.account?.id ?? ''}`;
    const first = await manager.get(path).expect(200);
    const tag = String(first.headers['etag']);
    expect(tag).toBe((first.body as { etag: string }).etag);
    expect(tag).toMatch(/^"1-[\w-]{22}"$/);
    for (const condition of [tag, `W/${tag}`, `"0", ${tag}`, '*']) {
      const again = await manager.get(path).set('if-none-match', condition).expect(304);
      expect(again.text).toBe('');
      expect(again.headers['etag']).toBe(tag);
    }
    await manager.get(path).set('if-none-match', '"999"').expect(200);
  });

  it('has a digest of its content as its ETag where it has no revision', async () => {
    const user = api.as('user');
    const id = await idOf(user);
    for (const path of [
      '/v1/reason-codes',
      '/.well-known/jwks.json',
      '/problems',
      `/v1/documents/${id}/history`,
    ]) {
      const tag = String((await user.get(path).expect(200)).headers['etag']);
      expect(tag).toMatch(/^"[\w-]{27}"$/);
      const again = await user.get(path).set('if-none-match', tag).expect(304);
      expect({ text: again.text, etag: again.headers['etag'] }).toEqual({ text: '', etag: tag });
    }
  });

  it('may be cached by proxies only where it is the same for all users', async () => {
    const user = api.as('user');
    const id = await idOf(user);
    const controlOf = async (path: string) => (await user.get(path).expect(200)).headers['cache-control'];
    expect(await controlOf('/.well-known/jwks.json')).toBe('public, max-age=300');
    expect(await controlOf('/problems/not-found')).toBe('public, max-age=300');
    expect(await controlOf('/v1/reason-codes')).toBe('private, no-cache');
    for (const path of [
      `/v1/documents/${id}`,
      `/v1/documents/${id}/versions`,
      '/v1/documents',
      '/v1/auth/me',
    ]) {
      expect(await controlOf(path)).toBe('no-store');
    }
  });

  it('has a different ETag after a change', async () => {
    const user = api.as('user');
    const path = `/v1/documents/${await idOf(user)}`;
    const before = String((await user.get(path).expect(200)).headers['etag']);
    await user.patch(path).set('if-match', before).send({ title: 'Another title' }).expect(200);
    const after = await user.get(path).set('if-none-match', before).expect(200);
    expect((after.body as { title: string }).title).toBe('Another title');
    expect(after.headers['etag']).not.toBe(before);
  });

  it('is refused to a user who lost access, whatever ETag that user sends', async () => {
    const [owner, verifier] = [api.as('user'), await api.newcomer(['verifier'])];
    const id = await idOf(owner);
    const paths = [`/v1/documents/${id}`, `/v1/documents/${id}/content`, `/v1/documents/${id}/history`];
    const tags = new Map<string, string>();
    for (const path of paths) tags.set(path, String((await verifier.get(path).expect(200)).headers['etag']));
    const revalidate = (path: string) => verifier.get(path).set('if-none-match', tags.get(path) ?? '');
    for (const path of paths) await revalidate(path).expect(304);
    const manager = api.as('user_manager');
    const account = `/v1/users/${verifier.account?.id ?? ''}`;
    const { headers } = await manager.get(account).expect(200);
    await manager
      .put(`${account}/roles`)
      .set('if-match', String(headers['etag']))
      .send({ roles: ['user'] })
      .expect(200);
    for (const path of paths) await revalidate(path).expect(404);
    await manager.post(`${account}/suspend`).send({ reason: 'Left the company' }).expect(200);
    for (const path of paths) await revalidate(path).expect(401);
  });

  it('of a new resource has its Location', async () => {
    const manager = api.as('user_manager');
    const created = await manager
      .post('/v1/users')
      .send({ email: 'located@example.com', displayName: 'Located', roles: ['user'] })
      .expect(201);
    await manager.get(String(created.headers['location'])).expect(200);
  });
});
