import { startApi, type TestApi } from '../support/app.js';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.close());

describe('a representation', () => {
  it('has the revision as its ETag and is not sent again to whoever has it', async () => {
    const manager = api.as('user_manager');
    const path = `/v1/users/${manager.account?.id ?? ''}`;
    const first = await manager.get(path).expect(200);
    const tag = String(first.headers['etag']);
    expect(tag).toBe(`"${(first.body as { revision: number }).revision}"`);
    for (const condition of [tag, `W/${tag}`, `"0", ${tag}`, '*']) {
      const again = await manager.get(path).set('if-none-match', condition).expect(304);
      expect(again.text).toBe('');
      expect(again.headers['etag']).toBe(tag);
    }
    await manager.get(path).set('if-none-match', '"999"').expect(200);
  });

  it('says where what was created is', async () => {
    const manager = api.as('user_manager');
    const created = await manager
      .post('/v1/users')
      .send({ email: 'located@example.com', displayName: 'Located', roles: ['user'] })
      .expect(201);
    await manager.get(String(created.headers['location'])).expect(200);
  });
});
