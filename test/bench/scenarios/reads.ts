import type autocannon from 'autocannon';
import { type Load } from '../drive.js';
import { bearer, type Prepared, type Scenario, type ServerName } from '../scenario.js';
import { type Dataset } from '../dataset.js';
import { cursorOfPage } from './pages.js';

const CONNECTIONS = 32;
const REQUESTS_PER_CONNECTION = 400;
const PAGE = 20;
const DEEP = 1000;

export const READ_ONE: Scenario = {
  name: 'read-one',
  title: 'read one document',
  target: 1.2,
  halfLoad: true,
  prepare: async (dataset) => {
    const known = dataset.sample(CONNECTIONS * REQUESTS_PER_CONNECTION, 0);
    const hashes = new Map(known.map(({ id, sha256 }) => [id, sha256]));
    return reading(dataset, {
      requests: REQUESTS_PER_CONNECTION,
      path: (_server, index) => `/v1/documents/${known[index % known.length]!.id}`,
      check: (body) => {
        const { id, sha256 } = JSON.parse(body) as { id: string; sha256: string };
        return hashes.get(id) === sha256 ? null : `document ${id} has the bytes ${sha256}`;
      },
    });
  },
};

export const LIST_FIRST: Scenario = {
  name: 'list',
  title: 'list, first page of 20',
  target: 1,
  halfLoad: true,
  prepare: async (dataset) =>
    reading(dataset, { requests: 1, path: () => `/v1/documents?limit=${PAGE}`, check: isPage() }),
};

/** In a database with fewer pages, the middle page. */
export const LIST_DEEP: Scenario = {
  name: 'list-deep',
  title: 'list, page 1,000 by cursor',
  target: 1,
  prepare: async (dataset, urls) => {
    const page = Math.min(DEEP, Math.floor(dataset.documents / PAGE / 2));
    const token = dataset.verifiers[0]!;
    const cursors = {
      floor: await cursorOfPage(urls.floor, token, page),
      api: await cursorOfPage(urls.api, token, page),
    };
    return reading(dataset, {
      requests: 1,
      path: (server) => `/v1/documents?limit=${PAGE}&cursor=${cursors[server]}`,
      check: isPage(),
    });
  },
};

const FILTERS = [
  'status=pending',
  'status=rejected&type=passport',
  'status=verified&type=utility_bill',
  'type=id_card',
];

export const LIST_FILTERED: Scenario = {
  name: 'list-filtered',
  title: 'list, filtered by status, type or owner',
  target: null,
  prepare: async (dataset) => {
    const owners = dataset.sample(32, 1).map(({ ownerId }) => `ownerId=${ownerId}`);
    const filters = owners.map((owner, index) => (index % 2 === 0 ? owner : FILTERS[(index >> 1) % 4]!));
    return reading(dataset, {
      requests: filters.length,
      path: (_server, index) => `/v1/documents?limit=${PAGE}&${filters[index % filters.length]}`,
      check: isPage({ short: true }),
    });
  },
};

/** Searches for words of many titles and for words of few. */
export const SEARCH: Scenario = {
  name: 'search',
  title: 'search by a part of the title',
  target: 1.5,
  prepare: async (dataset) => {
    const words = dataset.sample(32, 2).map(({ title }) => title.split(' ').at(-2)!);
    const asked = new RegExp(words.join('|'), 'i');
    return reading(dataset, {
      requests: words.length,
      path: (_server, index) => `/v1/documents?limit=${PAGE}&q=${words[index % words.length]}`,
      check: isPage({ short: true, accepts: ({ title }) => asked.test(title) }),
    });
  },
};

interface Reading {
  readonly requests: number;
  path(server: ServerName, index: number): string;
  check(body: string): string | null;
}

/** Reads by reviewers, who may see all documents, with one session per connection. */
function reading(dataset: Dataset, { requests, path, check }: Reading): Prepared {
  const token = (connection: number): string => dataset.verifiers[connection % dataset.verifiers.length]!;
  return {
    alike: Array.from({ length: Math.min(requests, 32) }, (_, index) => ({
      floor: { path: path('floor', index), token: token(index) },
      api: { path: path('api', index), token: token(index) },
    })),
    load: async (server, seconds): Promise<Load> => ({
      connections: CONNECTIONS,
      seconds,
      expected: 200,
      check,
      requestsOf: (connection): autocannon.Request[] =>
        // Connections start at different places, so that they do not send the same request at the same time.
        Array.from({ length: requests }, (_, index) => ({
          method: 'GET',
          path: path(server, connection * (requests + 1) + index),
          headers: bearer(token(connection)),
        })),
    }),
  };
}

interface PageRule {
  /** Allows fewer documents than a full page. */
  readonly short?: boolean;
  readonly accepts?: (document: { status: string; title: string }) => boolean;
}

/** Checks a page: in the right order, with only matching documents. */
function isPage({ short = false, accepts = () => true }: PageRule = {}) {
  return (body: string): string | null => {
    const { items } = JSON.parse(body) as {
      items: Array<{ createdAt: string; status: string; title: string }>;
    };
    if (items.length === 0 || (!short && items.length !== PAGE)) return `${items.length} documents on a page`;
    if (!items.every(accepts)) return 'a document on the page is not one that was asked for';
    const ordered = items.every(
      (item, index) => index === 0 || item.createdAt <= items[index - 1]!.createdAt,
    );
    return ordered ? null : 'the page is not in order';
  };
}
