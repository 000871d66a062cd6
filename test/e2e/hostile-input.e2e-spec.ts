import { ROLES } from '#libs/kernel';
import {
  type Located,
  operationsOf,
  resolve,
  type SchemaObject,
} from '../../apps/api/src/openapi/operations.js';
import { type ApiClient } from '../support/api-client.js';
import { type TestApi } from '../support/app.js';
import { useApi } from '../support/describe-api.js';
import { HOSTILE_BODIES, HOSTILE_JSON, HOSTILE_SEGMENTS } from '../support/hostile-values.js';

const UNKNOWN_ID = '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10';
const SERVER_ERROR = 500;

/**
 * Sends invalid input to every operation of the contract, as a user who may call it. The client validates each
 * response against the contract, so a refusal that is not a documented problem fails too.
 */
describe('hostile input', () => {
  let allRoles: ApiClient;

  const api = useApi({ people: false });

  beforeAll(async () => {
    allRoles = await api.newcomer([...ROLES]);
  });

  const operations = (): Located[] => operationsOf(api.document);

  /** Whether the last request ended the session; if so, signs in again. */
  async function signedOut(): Promise<boolean> {
    const { status } = await allRoles.get('/v1/auth/me');
    if (status === 200) return false;
    allRoles = await api.newcomer([...ROLES]);
    return true;
  }

  async function refusals(located: Located, send: (client: ApiClient) => PromiseLike<{ status: number }>) {
    let { status } = await send(allRoles);
    if (status === 401 && (await signedOut())) ({ status } = await send(allRoles));
    return status >= SERVER_ERROR ? [`${located.method} ${located.path}: ${status}`] : [];
  }

  const withIds = (path: string): string =>
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'id' ? UNKNOWN_ID : '1'));

  const refusalsOfBody = async (located: Located, body: string): Promise<string[]> =>
    refusals(located, (client) =>
      client[located.method](withIds(located.path))
        .set('content-type', 'application/json')
        .set('if-match', '*')
        .send(body),
    );

  it('in a path is refused or gives 404', async () => {
    const failures: string[] = [];
    for (const located of operations().filter(({ path }) => path.includes('{'))) {
      for (const segment of HOSTILE_SEGMENTS) {
        const path = located.path.replaceAll(/\{\w+\}/g, segment);
        failures.push(...(await refusals(located, (client) => client[located.method](path))));
      }
    }
    expect(failures).toEqual([]);
  });

  it('in a query is refused or harmless', async () => {
    const failures: string[] = [];
    for (const located of operations().filter(({ method }) => method === 'get')) {
      const names = (located.operation.parameters ?? []).flatMap((parameter) =>
        'name' in parameter && parameter.in === 'query' ? [parameter.name] : [],
      );
      const queries = names.flatMap((name) => [
        ...HOSTILE_SEGMENTS.map((value) => `${name}=${value}`),
        `${name}=1&${name}=2`,
        `${name}[]=1`,
        `${name}[__proto__]=1`,
        name,
      ]);
      for (const query of [...queries, '__proto__=1', '%00=1', 'unknown=1', '&&&=']) {
        const path = `${withIds(located.path)}?${query}`;
        failures.push(...(await refusals(located, (client) => client.get(path))));
      }
    }
    expect(failures).toEqual([]);
  });

  it('as a body is refused', async () => {
    const failures: string[] = [];
    for (const located of operations().filter(({ method }) => method !== 'get')) {
      for (const body of HOSTILE_BODIES) failures.push(...(await refusalsOfBody(located, body)));
    }
    expect(failures).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('in any member of a body is refused or stored unchanged', async () => {
    const failures: string[] = [];
    for (const located of operations()) {
      for (const body of hostileVariants(api, located))
        failures.push(...(await refusalsOfBody(located, body)));
    }
    expect(failures).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('in headers is refused or ignored', async () => {
    const headers: ReadonlyArray<readonly [string, string]> = [
      ['idempotency-key', ''],
      ['idempotency-key', 'a'.repeat(5000)],
      ['idempotency-key', 'ünïcode'],
      ['if-match', '"9223372036854775808"'],
      ['if-match', 'W/"1", , ,"'],
      ['if-none-match', '"'.repeat(3000)],
      ['authorization', 'Bearer'],
      ['authorization', 'Basic Og=='],
      ['authorization', `Bearer ${'a'.repeat(9000)}`],
      ['x-request-id', "'; DROP TABLE audit.entries; --"],
      ['range', 'bytes=9223372036854775808-'],
      ['accept', 'application/xml'],
      ['content-encoding', 'gzip'],
      ['content-type', 'application/json; charset=utf-16'],
      ['content-type', 'multipart/form-data'],
      ['content-type', 'text/plain'],
    ];
    const failures: string[] = [];
    for (const located of operations()) {
      for (const [name, value] of headers) {
        const encoded = Buffer.from(value).toString('latin1');
        const send = (client: ApiClient) => client[located.method](withIds(located.path)).set(name, encoded);
        failures.push(...(await refusals(located, send)));
      }
    }
    expect(failures).toEqual([]);
  });
});

/** The documented example of a JSON body, with each member in turn replaced by each hostile value. */
function hostileVariants(api: TestApi, { operation }: Located): string[] {
  const body = operation.requestBody && 'content' in operation.requestBody ? operation.requestBody : null;
  const media = body?.content['application/json'];
  if (!media?.schema) return [];
  const { properties = {} } = resolve<SchemaObject>(api.document, media.schema);
  const example = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, exampleOf(schema)]),
  );
  return Object.keys(properties).flatMap((name) =>
    HOSTILE_JSON.map((hostile) => {
      const members = Object.entries(example).map(
        ([key, value]) => `${JSON.stringify(key)}:${key === name ? hostile : JSON.stringify(value ?? null)}`,
      );
      return `{${members.join(',')}}`;
    }),
  );
}

function exampleOf(schema: object): unknown {
  return 'example' in schema ? schema.example : 'examples' in schema ? [schema.examples].flat()[0] : null;
}
