import { type BenchRequest, type Load } from '../drive.js';
import { bearer, type Scenario, type ServerName } from '../scenario.js';
import { RowRandom } from '../seed/random.js';
import { claimThenVerify } from './decisions.js';
import { givePasswords, loginRequest, LOGIN_ACCOUNTS } from './logins.js';
import { cursorOfPage } from './pages.js';
import { oneMib, rangeRequest, uploadSome } from './uploads.js';

const CONNECTIONS = 24;
const REQUESTS_PER_CONNECTION = 400;
const MIXED = 20;
/** More than any server decides in a second under this load. */
const DECISIONS_PER_SECOND = 500;

/** Shares per thousand requests. A decision is two requests. */
const SHARES = [
  ['read one', 580],
  ['list', 120],
  ['filtered', 80],
  ['search', 50],
  ['deep page', 50],
  ['download', 50],
  ['decision', 30],
  ['upload', 20],
  ['login', 5],
] as const;
type Kind = (typeof SHARES)[number][0];

/** The load of a busy office, including logins and uploads. */
export const MIXED_LOAD: Scenario = {
  name: 'mixed',
  title: 'mixed: reads, lists, searches, decisions, downloads, uploads, logins',
  target: null,
  halfLoad: true,
  prepare: async (dataset, urls) => {
    await givePasswords(dataset);
    const token = dataset.verifiers[0]!;
    const page = Math.min(1000, Math.floor(dataset.documents / 40));
    const known = dataset.sample(CONNECTIONS * REQUESTS_PER_CONNECTION, MIXED);
    const of = {
      floor: {
        cursor: await cursorOfPage(urls.floor, token, page),
        ids: await uploadSome(dataset, urls.floor, 'floor'),
      },
      api: {
        cursor: await cursorOfPage(urls.api, token, page),
        ids: await uploadSome(dataset, urls.api, 'api'),
      },
    };
    const upload = oneMib();
    const requestsOf = (server: ServerName, connection: number, waiting: string[][]): BenchRequest[] => {
      const random = new RowRandom(connection, MIXED);
      const reviewer = bearer(dataset.verifiers[connection]!);
      const get = (path: string): BenchRequest => ({ method: 'GET', path, headers: reviewer, expected: 200 });
      const made: Record<Kind, (index: number) => BenchRequest[]> = {
        'read one': (index) => [
          get(`/v1/documents/${known[connection * REQUESTS_PER_CONNECTION + index]!.id}`),
        ],
        list: () => [get('/v1/documents?limit=20')],
        filtered: (index) => [get(`/v1/documents?limit=20&ownerId=${known[index]!.ownerId}`)],
        search: (index) => [get(`/v1/documents?limit=20&q=${known[index]!.title.split(' ').at(-2)}`)],
        'deep page': () => [get(`/v1/documents?limit=20&cursor=${of[server].cursor}`)],
        download: (index) => [rangeRequest(of[server].ids, index, reviewer)],
        decision: () =>
          claimThenVerify(reviewer, waiting[connection]!).map((request) => ({ ...request, expected: 200 })),
        upload: () => [upload(server, bearer(dataset.owners[connection % dataset.owners.length]!))],
        login: () => [{ ...loginRequest(random.below(LOGIN_ACCOUNTS)), expected: 200 }],
      };
      return Array.from({ length: REQUESTS_PER_CONNECTION }, (_, index) =>
        made[random.weighted(SHARES)](index),
      ).flat();
    };
    return {
      load: async (server, seconds): Promise<Load> => {
        const waiting = await dataset.uploadPending(
          Math.ceil(DECISIONS_PER_SECOND * (seconds + 1)),
          CONNECTIONS,
        );
        return {
          connections: CONNECTIONS,
          seconds,
          expected: 'each its own',
          requestsOf: (connection) => requestsOf(server, connection, waiting),
        };
      },
      finish: () => dataset.stores.empty(),
    };
  },
};
