import { Client } from 'pg';
import { type ApiOptions, startApi, type TestApi } from './app.js';
import { duringTests } from './during-tests.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** A `describe` with an application of its own: `describeApi('…', { environment }, (api) => { it(…) })`. */
export function describeApi(title: string, options: ApiOptions, tests: (api: TestApi) => void): void {
  describe(title, () => tests(useApi(options)));
}

/** An application of its own for the tests of this file or `describe`. */
export function useApi(options: ApiOptions = {}): TestApi {
  return duringTests(() => startApi(options));
}

/** A database of its own for the tests of this file or `describe`. */
export function useDatabase(options: Parameters<typeof createTestDatabase>[0] = {}): TestDatabase {
  return duringTests(
    () => createTestDatabase(options),
    (database) => database.drop(),
  );
}

/** A connection for the tests of this file or `describe`; `url` is called when it is opened, `options` are libpq's. */
export function useClient(url: () => string, options = ''): Client {
  return duringTests(
    async () => {
      const client = new Client({ connectionString: url(), options });
      await client.connect();
      return client;
    },
    (client) => client.end(),
  );
}
