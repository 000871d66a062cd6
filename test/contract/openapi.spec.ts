import { existsSync, readFileSync } from 'node:fs';
import { type OpenAPIObject } from '@nestjs/swagger';
import { interceptorsOf, type Success } from '#libs/http';
import { PRODUCT } from '#libs/modules';
import { QueueChangesInterceptor } from '#libs/postgres';
import { describeApi } from '../../apps/api/src/openapi/describe-api.js';
import { API_VERSION } from '../../apps/api/src/openapi/frame.js';
import {
  type Located,
  operationsOf,
  resolve,
  type ResponseObject,
} from '../../apps/api/src/openapi/operations.js';
import { previewApi, toContractFile } from '../../apps/api/src/openapi/preview.js';
import { ErasedController } from '../fixtures/contract/erased.controller.js';
import { NotesController } from '../fixtures/contract/notes.controller.js';
import { type Handler, handlersOf, uncheckedArguments } from '../support/handlers.js';
import { previewControllers } from '../support/preview.js';
import { SchemaChecker } from '../support/schema-checker.js';
import { sourcesOf } from '../walls/walls.js';

/** A public operation needs an entry here too, so that an operation cannot become public by mistake. */
const PUBLIC_OPERATIONS = [
  'acceptInvitation',
  'getAuditCheckpoint',
  'getJwks',
  'getLiveness',
  'getLogCheckpoint',
  'getLogConsistency',
  'getLogKeys',
  'getLogTile',
  'getMetrics',
  'getOpenApi',
  'getProblem',
  'getReadiness',
  'getStartup',
  'listProblems',
  'login',
  'refreshTokens',
  'register',
];

/** The order of all interceptors around a handler, outermost first. */
const INTERCEPTORS = [
  'PadResponseTimeInterceptor',
  'UploadTargetInterceptor',
  'StagedUploadInterceptor',
  'QueueChangesInterceptor',
  'WaitForReceiptInterceptor',
  'AuditedOperationInterceptor',
  'IdempotentOperationInterceptor',
];

/** The media types of a request or response, with every example that each of them shows. */
type Content = NonNullable<ResponseObject['content']>;
const examplesIn = (content: Content | undefined) =>
  Object.entries(content ?? {}).map(([mediaType, { schema, example, examples }]) => ({
    mediaType,
    schema,
    values: [
      ...(example === undefined ? [] : [example as unknown]),
      ...Object.values(examples ?? {}).map((named) =>
        'value' in named ? (named.value as unknown) : undefined,
      ),
    ],
  }));

const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType);
const succeeded = (status: string): boolean => status.startsWith('2');

describe('the OpenAPI document', () => {
  let document: OpenAPIObject;
  let operations: Located[];
  let handlers: Handler[];
  let schemas: SchemaChecker;

  beforeAll(async () => {
    const app = await previewApi();
    document = describeApi(app, { publicUrl: null });
    operations = operationsOf(document);
    handlers = handlersOf(app);
    schemas = new SchemaChecker(document);
  });

  /** The names of the operations for which `holds` does not; a test expects none. */
  const without = (holds: (located: Located) => boolean): string[] =>
    operations
      .filter((located) => !holds(located))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`);

  const takes = (operation: Located['operation'], header: string, required = false): boolean =>
    (operation.parameters ?? [])
      .map((parameter) => resolve(document, parameter))
      .some((parameter) => parameter.name === header && (!required || parameter.required === true));

  const responsesOf = ({ operation }: Located): Array<[string, ResponseObject]> =>
    Object.entries(operation.responses).map(([status, response]) => [
      status,
      resolve<ResponseObject>(document, response ?? { description: '' }),
    ]);

  it('is the one that is committed; `npm run openapi` writes it', () => {
    expect(existsSync('openapi.json') ? readFileSync('openapi.json', 'utf8') : '').toBe(
      toContractFile(document),
    );
  });

  it('has the version of the product', () => {
    expect(API_VERSION).toBe(
      (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
    );
  });

  it('has a unique id for every operation', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(
      ids.filter((id, index) => !/^[a-z][A-Za-z]+$/.test(id ?? '') || ids.indexOf(id) !== index),
    ).toEqual([]);
  });

  it('has a summary and a described tag for every operation', () => {
    const chapters = PRODUCT.tags.map(({ name }) => name);
    expect(without(({ operation }) => /^[A-Z].*[^.]$/.test(operation.summary ?? ''))).toEqual([]);
    expect(without(({ operation }) => chapters.includes(operation.tags?.[0] ?? ''))).toEqual([]);
  });

  it('names the permission of every operation', () => {
    const known: unknown[] = [null, ...PRODUCT.permissions.keys()];
    expect(without(({ operation }) => known.includes(operation['x-required-permission']))).toEqual([]);
    expect(
      without(
        ({ operation }) =>
          (operation['x-required-permission'] === null) === (operation.security?.length === 0),
      ),
    ).toEqual([]);
  });

  it('has exactly these public operations', () => {
    const open = operations.filter(({ operation }) => operation['x-required-permission'] === null);
    expect(open.map(({ operation }) => operation.operationId).sort()).toEqual(PUBLIC_OPERATIONS);
  });

  it('accepts an Idempotency-Key on every operation that creates or decides, except those that show or consume a secret', () => {
    const repeatable = without(({ operation }) => !takes(operation, 'Idempotency-Key'));
    const posts = without(({ method }) => method !== 'post');
    expect(posts.filter((post) => !repeatable.includes(post))).toEqual([
      'POST /v1/auth/login',
      'POST /v1/auth/refresh',
      'POST /v1/auth/logout',
      'POST /v1/auth/register',
      'POST /v1/auth/invitations/accept',
      'POST /v1/users/{id}/invitations',
    ]);
    expect(repeatable.filter((operation) => !posts.includes(operation))).toEqual([]);
  });

  it('requires If-Match for every change that could overwrite another change', () => {
    const demanding = operations.filter(({ operation }) => takes(operation, 'If-Match', true));
    expect(demanding.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual([
      'PATCH /v1/documents/{id}',
      'PATCH /v1/users/{id}',
      'PUT /v1/users/{id}/roles',
    ]);
  });

  it('queues the changes of one resource: `around` names QueueChangesInterceptor', () => {
    const queued = handlers.flatMap(({ operation }) =>
      operation?.around?.includes(QueueChangesInterceptor) ? [operation.id] : [],
    );
    const changes = operations.filter(({ method, path }) => method !== 'get' && path.includes('{id}'));
    expect(changes.map(({ operation }) => operation.operationId).sort()).toEqual(queued.sort());
  });

  it('runs the interceptors of every operation in one order', () => {
    for (const { operation } of handlers) {
      const names = operation ? interceptorsOf(operation).map(({ name }) => name) : [];
      expect(names).toEqual(INTERCEPTORS.filter((name) => names.includes(name)));
    }
  });

  it('has every route of the contract', () => {
    const declared = handlers.flatMap(({ operation }) => (operation ? [operation.id] : []));
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(declared.sort());
  });

  it('has an example of every success and of every request with a body', () => {
    const shown = (content: Content | undefined): boolean =>
      examplesIn(content).every(({ mediaType, values }) => !isJson(mediaType) || values.length > 0);
    expect(
      without((located) =>
        responsesOf(located).every(([status, { content }]) => !succeeded(status) || shown(content)),
      ),
    ).toEqual([]);
    expect(
      without(({ operation }) => {
        const body = operation.requestBody && resolve(document, operation.requestBody);
        return !body || examplesIn(body.content).every(({ values }) => values.length > 0);
      }),
    ).toEqual([]);
  });

  it('documents every error as a problem, with an example of each code', () => {
    const isProblem = ([status, { content }]: [string, ResponseObject]): boolean =>
      Number(status) < 400 ||
      examplesIn(content).every(
        ({ mediaType, values }) => mediaType === 'application/problem+json' && values.length > 0,
      );
    expect(without((located) => responsesOf(located).every(isProblem))).toEqual([]);
    const everywhere = ['400', '422', '429', '431', '500', '503'];
    expect(without(({ operation }) => everywhere.every((status) => status in operation.responses))).toEqual(
      [],
    );
  });

  it('has only examples that are valid by their schema', () => {
    const wrong = operations.flatMap((located) => {
      const body = located.operation.requestBody && resolve(document, located.operation.requestBody);
      const contents = [body?.content, ...responsesOf(located).map(([, { content }]) => content)];
      return contents
        .flatMap(examplesIn)
        .filter(({ mediaType }) => isJson(mediaType) || mediaType === 'multipart/form-data')
        .flatMap(({ schema, values }) => values.flatMap((value) => schemas.problemsOf(value, schema ?? {})))
        .map((problem) => `${located.operation.operationId}: ${problem}`);
    });
    expect(wrong).toEqual([]);
  });

  it('documents Location for every created resource', () => {
    const creating = handlers.flatMap(({ operation }) =>
      operation
        ? ([operation.success].flat() as Success[]).map((success) => ({ id: operation.id, success }))
        : [],
    );
    expect(creating.filter(({ success }) => success.status === 201 && !success.location)).toEqual([]);
  });

  it('has a description for every member and parameter of a request', () => {
    const parameters = operations.flatMap(({ operation }) =>
      (operation.parameters ?? []).flatMap((parameter) =>
        resolve(document, parameter).description
          ? []
          : [`${operation.operationId} ${resolve(document, parameter).name}`],
      ),
    );
    expect(parameters).toEqual([]);
  });

  it('names timestamps …At or …Until and formats them as RFC 3339', () => {
    const moments = Object.entries(document.components?.schemas ?? {}).flatMap(([name, schema]) =>
      Object.entries('properties' in schema ? (schema.properties ?? {}) : {})
        .filter(([property]) => /(At|Until)$/.test(property))
        .filter(([, value]) => !('format' in value) || value.format !== 'date-time')
        .map(([property]) => `${name}.${property}`),
    );
    expect(moments).toEqual([]);
  });

  it('accepts an Idempotency-Key only on authenticated operations with a unit of work', () => {
    const wrong = handlers.filter(
      ({ operation }) => operation?.idempotent && (!operation.audited || operation.access === 'public'),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('records only actions that the audit log knows', () => {
    const declared = handlers.flatMap(({ operation }) => (operation?.audited ? [operation.audited] : []));
    const run = sourcesOf().flatMap(({ text }) =>
      [...text.matchAll(/\.run\(\s*'([a-z_]+\.[a-z_]+)'/g)].map(([, action = '']) => action),
    );
    const known: readonly string[] = [...PRODUCT.auditActions.keys()];
    expect([...declared, ...run].filter((action) => !known.includes(action))).toEqual([]);
  });
});

describe('every handler', () => {
  it('receives bodies, queries and parameters as classes that can be validated', async () => {
    expect(handlersOf(await previewApi()).flatMap(uncheckedArguments)).toEqual([]);
  });

  it('is reported when an import erased the class of its body', async () => {
    const app = await previewControllers([NotesController, ErasedController]);
    expect(handlersOf(app).flatMap(uncheckedArguments)).toEqual(['ErasedController.create, argument 1']);
  });
});
