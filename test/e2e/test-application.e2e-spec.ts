import { startApi, type TestApi } from '../support/app.js';

describe('the application under test', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api?.close());

  it('knows who asks', async () => {
    const { body } = await api.as('verifier').get('/v1/auth/me').expect(200);
    expect(body).toMatchObject({ email: api.as('verifier').account?.email });
  });

  it('refuses nobody in particular', async () => {
    await api.anonymous.get('/v1/users').expect(401);
    await api.as('user').get('/v1/users').expect(403);
    await api.as('user_manager').get('/v1/users').expect(200);
    await api.anonymous.get('/nothing').expect(404);
  });
});
