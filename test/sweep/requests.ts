import { type OpenAPIObject } from '@nestjs/swagger';
import {
  isReference,
  type Located,
  operationsOf,
  resolve,
  type SchemaObject,
} from '../../apps/api/src/openapi/operations.js';
import { field, filePart, multipartBody, type Part } from '../support/multipart.js';
import { pdfBytes } from '../support/pdf.js';
import { hostileFiles } from './files.js';
import { hostileTexts, regexKillers } from './texts.js';

export interface SweepRequest {
  /** Operation and input, for the report. */
  readonly what: string;
  readonly path: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made when it is sent: all files together do not fit in memory. */
  readonly body?: () => string | Buffer;
}

export interface SweepLimits {
  /** The limits of the operations: those of sign-in, of most others, and of the server. */
  readonly jsonBytes: readonly number[];
  readonly urlBytes: number;
  readonly fileBytes: number;
  readonly formFieldBytes: number;
}

const ID = '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10';
const HEADERS = [
  'if-match',
  'if-none-match',
  'idempotency-key',
  'prefer',
  'accept',
  'accept-encoding',
  'range',
];

/** Every operation of the contract with the largest and most laborious inputs. */
export function* sweepRequests(contract: OpenAPIObject, limits: SweepLimits): Generator<SweepRequest> {
  for (const located of operationsOf(contract)) {
    for (const bytes of limits.jsonBytes) yield* inJson(contract, located, bytes);
    yield* inQuery(contract, located, limits.urlBytes);
    yield* inHeaders(located, limits.urlBytes);
    yield* inForm(contract, located, limits);
  }
}

const idsIn = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name.endsWith('d') ? ID : '1'));

function* inJson(contract: OpenAPIObject, located: Located, bytes: number): Generator<SweepRequest> {
  const schema = bodySchema(contract, located, 'application/json');
  if (!schema) return;
  const request = (what: string, body: () => string): SweepRequest => ({
    what: `${located.operation.operationId}: ${what}, ${Math.ceil(bytes / 1024)} KiB`,
    path: idsIn(located.path),
    method: located.method,
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body,
  });
  const example = exampleOf(contract, schema);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const { pattern } = resolve<SchemaObject>(contract, property);
    for (const [kind, text] of [
      ...hostileTexts(bytes - 2000),
      ...(pattern === undefined ? [] : regexKillers(pattern, bytes - 2000)),
    ])
      yield request(`${kind} in ${name}`, () =>
        JSON.stringify({ ...example, [name]: text }).slice(0, 2 * bytes),
      );
    const items = Math.floor((bytes - 2000) / 6);
    yield request(`many numbers in ${name}`, () =>
      JSON.stringify({ ...example, [name]: Array.from({ length: items }, (_, index) => index) }),
    );
    yield request(`many members in ${name}`, () =>
      JSON.stringify({ ...example, [name]: manyMembers(bytes - 2000) }),
    );
    yield request(`a long number in ${name}`, () => `{${JSON.stringify(name)}:${'9'.repeat(bytes - 2000)}}`);
  }
  yield request('many unknown members', () => JSON.stringify({ ...example, ...manyMembers(bytes - 2000) }));
  yield request('deep nesting', () => '['.repeat(bytes - 100));
  yield request('deep nesting of objects', () => '{"a":'.repeat((bytes - 100) / 5));
  yield request('escapes', () => `{"a":"${'\\u0061'.repeat((bytes - 100) / 6)}"}`);
  yield request('a long name', () => JSON.stringify({ ['a'.repeat(bytes - 100)]: 1 }));
  yield request('white space', () => `${' '.repeat(bytes - 100)}{}`);
}

function manyMembers(bytes: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: Math.floor(bytes / 12) }, (_, index) => [`m${index}`, 1]));
}

function* inQuery(
  contract: OpenAPIObject,
  { path, method, operation }: Located,
  bytes: number,
): Generator<SweepRequest> {
  const request = (what: string, query: string): SweepRequest => ({
    what: `${operation.operationId}: ${what}`,
    path: `${idsIn(path)}?${query}`,
    method,
  });
  for (const parameter of operation.parameters ?? []) {
    if (isReference(parameter) || parameter.in !== 'query' || !parameter.schema) continue;
    const { name } = parameter;
    const { pattern = '' } = resolve<SchemaObject>(contract, parameter.schema);
    for (const [kind, text] of [...hostileTexts(bytes / 3), ...regexKillers(pattern, bytes / 3)])
      yield request(`${kind} in ${name}`, `${name}=${encodeURIComponent(text)}`.slice(0, bytes));
    yield request(`${name} many times`, `${name}=1&`.repeat(bytes / (name.length + 3)).slice(0, -1));
  }
  if (method === 'get') {
    yield request(
      'many parameters',
      Array.from({ length: bytes / 6 }, (_, index) => `p${index}`)
        .join('&')
        .slice(0, bytes),
    );
    yield request('many separators', '&'.repeat(bytes));
  }
}

function* inHeaders({ path, method, operation }: Located, bytes: number): Generator<SweepRequest> {
  const values = [
    '"1", '.repeat(bytes / 5),
    'W/"'.repeat(bytes / 3),
    'a;q=0.1,'.repeat(bytes / 8),
    `bytes=${'1-2,'.repeat(bytes / 5)}`,
    `${'a '.repeat(bytes / 2)}\u007f`,
  ];
  for (const name of HEADERS) {
    for (const value of values) {
      yield {
        what: `${operation.operationId}: ${value.slice(0, 8)}… in ${name}`,
        path: idsIn(path),
        method,
        headers: { [name]: value.replaceAll('\u007f', '!') },
      };
    }
  }
}

function* inForm(contract: OpenAPIObject, located: Located, limits: SweepLimits): Generator<SweepRequest> {
  const schema = bodySchema(contract, located, 'multipart/form-data');
  if (!schema) return;
  const request = (what: string, parts: () => Part[]): SweepRequest => ({
    what: `${located.operation.operationId}: ${what}`,
    path: idsIn(located.path),
    method: located.method,
    headers: { 'content-type': 'multipart/form-data; boundary=veritrail-test-boundary' },
    body: () => multipartBody(parts()),
  });
  const filled = (name?: string, value?: string): Part[] =>
    Object.entries({ title: 'Passport', type: 'passport' })
      .filter(([one]) => one in (schema.properties ?? {}))
      .map(([one, text]) => field(one, one === name ? (value ?? text) : text));
  for (const { what, fileName, bytes } of hostileFiles(limits.fileBytes))
    yield request(what, () => [...filled(), filePart(bytes, fileName)]);
  for (const name of ['title', 'type', 'metadata'].filter((one) => one in (schema.properties ?? {}))) {
    const { pattern } = resolve<SchemaObject>(contract, schema.properties?.[name] ?? {});
    for (const [kind, text] of [
      ...hostileTexts(limits.formFieldBytes - 10),
      ...(pattern === undefined ? [] : regexKillers(pattern, limits.formFieldBytes - 10)),
    ])
      yield request(`${kind} in ${name}`, () => [
        ...filled().filter((part) => part.name !== name),
        field(name, text),
        filePart(pdfBytes(3000)),
      ]);
  }
  for (const [kind, text] of hostileTexts(7000))
    yield request(`${kind} in the file name`, () => [
      ...filled(),
      filePart(pdfBytes(3000), text.replaceAll('"', "'")),
    ]);
  yield request('many parts', () => Array.from({ length: 10_000 }, (_, index) => field(`f${index}`, 'x')));
}

function bodySchema(contract: OpenAPIObject, { operation }: Located, mediaType: string): SchemaObject | null {
  const body = operation.requestBody;
  const media = body && !isReference(body) ? body.content[mediaType] : undefined;
  return media?.schema ? resolve<SchemaObject>(contract, media.schema) : null;
}

function exampleOf(contract: OpenAPIObject, schema: SchemaObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      (resolve<SchemaObject>(contract, property).example as unknown) ?? null,
    ]),
  );
}
