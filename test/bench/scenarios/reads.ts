import type autocannon from 'autocannon';
import { bearer, type Prepared, type Scenario, type ServerName } from '../scenario.js';
import { type World } from '../world.js';

const CONNECTIONS = 32;
const REQUESTS_PER_CONNECTION = 400;
const PAGE = 20;

export const READ_ONE: Scenario = {
  name: 'read-one',
  title: 'read one document',
  target: 1,
  prepare: async (world) => {
    const known = world.sample(CONNECTIONS * REQUESTS_PER_CONNECTION, 0);
    const hashes = new Map(known.map(({ id, sha256 }) => [id, sha256]));
    const path = (index: number): string => `/v1/documents/${known[index % known.length]!.id}`;
    return reading(world, {
      requests: REQUESTS_PER_CONNECTION,
      path: (_server, index) => path(index),
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
  prepare: async (world) =>
    reading(world, { requests: 1, path: () => '/v1/documents?limit=20', check: isPage() }),
};

interface Reading {
  readonly requests: number;
  path(server: ServerName, index: number): string;
  check(body: string): string | null;
}

/** Reads by reviewers, who may see everything, each connection with a session of its own. */
export function reading(world: World, { requests, path, check }: Reading): Prepared {
  const token = (connection: number): string => world.verifiers[connection % world.verifiers.length]!;
  return {
    alike: Array.from({ length: Math.min(requests, 20) }, (_, index) => ({
      floor: { path: path('floor', index), token: token(index) },
      api: { path: path('api', index), token: token(index) },
    })),
    load: async (server, seconds) => ({
      connections: CONNECTIONS,
      seconds,
      expected: 200,
      check,
      requestsOf: (connection): autocannon.Request[] =>
        Array.from({ length: requests }, (_, index) => ({
          method: 'GET',
          path: path(server, connection * requests + index),
          headers: bearer(token(connection)),
        })),
    }),
  };
}

/** A full page in the right order, each of its documents as wanted. */
export function isPage(accepts: (document: { status: string; title: string }) => boolean = () => true) {
  return (body: string): string | null => {
    const { items } = JSON.parse(body) as {
      items: Array<{ createdAt: string; status: string; title: string }>;
    };
    if (items.length !== PAGE) return `${items.length} documents on a page of ${PAGE}`;
    if (!items.every(accepts)) return 'a document on the page is not one that was asked for';
    const ordered = items.every(
      (item, index) => index === 0 || item.createdAt <= items[index - 1]!.createdAt,
    );
    return ordered ? null : 'the page is not in order';
  };
}
