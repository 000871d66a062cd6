import { type INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type Configuration } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { frame } from './frame.js';
import { METHODS, operationsOf, type OperationObject } from './operations.js';
import { addRequestExamples } from './request-examples.js';
import { addConditionalReads, addHeaders } from './responses.js';
import { closeSchemas, keepUsedComponents } from './schemas.js';
import { shareProblems } from './shared-problems.js';
import { renameWildcardParameters } from './wildcards.js';

/**
 * Creates the OpenAPI document of `app` from the declarations that its guards, pipes and interceptors use. Works with Nest's
 * preview mode, without instances. The same code gives the same document in the same order.
 */
export function describeApi(
  app: INestApplication,
  http: Pick<Configuration['http'], 'publicUrl'>,
): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, frame(http), { autoTagControllers: false });
  renameWildcardParameters(document);
  declareAccess(document);
  addRequestExamples(document);
  addHeaders(document);
  addConditionalReads(document);
  shareProblems(document);
  closeSchemas(document);
  keepUsedComponents(document);
  return inOrder(document);
}

/** Requires an access token for all operations except public ones. */
function declareAccess(document: OpenAPIObject): void {
  document.security = [{ accessToken: [] }];
  for (const { operation } of operationsOf(document)) {
    if (operation.security) delete operation.security;
    else operation.security = [];
  }
}

const ORDER = ['openapi', 'info', 'servers', 'tags', 'security', 'paths', 'components'] as const;
const OPERATION_ORDER = [
  ...['tags', 'summary', 'description', 'operationId', 'x-required-permission', 'security'],
  ...['parameters', 'requestBody', 'responses'],
];

/** Sorts the document by tag, with fixed orders of members, for readable text and small diffs. */
function inOrder(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) item[method] = arranged(operation, OPERATION_ORDER);
    }
  }
  const chapters = PRODUCT.tags.map(({ name }) => name);
  const rank = (item: OpenAPIObject['paths'][string]): number => {
    const first = METHODS.map((method) => item[method] as OperationObject | undefined).find(Boolean);
    return chapters.indexOf(first?.tags?.[0] ?? '');
  };
  document.paths = Object.fromEntries(
    Object.entries(document.paths).sort(([, a], [, b]) => rank(a) - rank(b)),
  );
  return arranged(document, ORDER);
}

/** Sorts members: those in `order` first, the others unchanged after them. */
function arranged<T extends object>(value: T, order: readonly string[]): T {
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => place(a) - place(b))) as T;
}
