import { type ApiClient, idOf } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import { DECIDE_UNREAD, decideOn, type DocumentBody, seedDocument } from '../support/documents.js';

let owner: ApiClient;
let stranger: ApiClient;
let verifier: ApiClient;

const api = useApi({ environment: DECIDE_UNREAD });

beforeAll(async () => {
  owner = await api.newcomer(['user']);
  stranger = api.as('user');
  verifier = api.as('verifier');
});

describe('the list', () => {
  it('returns each document once while documents are added and removed', async () => {
    const walker = await api.newcomer(['user']);
    const made: string[] = [];
    for (let index = 0; index < 9; index++) made.push((await seedDocument(api, walker)).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${cursor}` : '';
      const { body } = await walker.get(`/v1/documents?limit=4${query}`).expect(200);
      seen.push(...body.items.map(({ id }: DocumentBody) => id));
      cursor = body.nextCursor;
      await seedDocument(api, walker);
    }
    expect(seen).toEqual(made.toReversed());
  });

  it('is filtered by each documented filter', async () => {
    const lister = await api.newcomer(['user']);
    const [one, two] = [
      await seedDocument(api, lister, { title: 'Führerschein', type: 'licence' }),
      await seedDocument(api, lister, { title: '100% sure_', type: 'visa' }),
    ];
    await decideOn(two, verifier, 'verify').expect(200);
    const found = async (query: string): Promise<string[]> => {
      const { body } = await lister.get(`/v1/documents?${query}`).expect(200);
      return body.items.map(({ id }: DocumentBody) => id);
    };
    expect(await found('status=verified')).toEqual([two.id]);
    expect(await found('status=verified&status=pending')).toEqual([two.id, one.id]);
    expect(await found('type=licence')).toEqual([one.id]);
    expect(await found(`sha256=${one.sha256}`)).toEqual([one.id]);
    expect(await found('q=fÜHRER')).toEqual([one.id]);
    expect(await found('q=100%25')).toEqual([two.id]);
    expect(await found('q=%25')).toEqual([two.id]);
    expect(await found(`createdFrom=${two.createdAt}`)).toContain(two.id);
    expect(await found(`createdTo=${one.createdAt}`)).toEqual([]);
    expect(await found(`ownerId=${idOf(stranger)}`)).toEqual([]);
  });

  it.each([
    'status=open',
    'status=pending&status=pending',
    'type=A',
    'ownerId=1',
    'sha256=00',
    'q=%00',
    'createdFrom=yesterday',
    'createdFrom=2026-02-30T00:00:00Z',
    'limit=0',
    'limit=101',
    'sort=title',
    'q=a&q=b',
  ])('refuses %s', async (query) => {
    await owner.get(`/v1/documents?${query}`).expect(422);
  });

  it.each(['e30', 'not-a-cursor', Buffer.from('{"createdAt":"x","id":"y"}').toString('base64url')])(
    'refuses the cursor %s that it never issued',
    async (cursor) => {
      await owner.get(`/v1/documents?cursor=${cursor}`).expect(400);
    },
  );
});
