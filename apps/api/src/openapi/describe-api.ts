import { type INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type Configuration } from '#libs/kernel';
import { frame } from './frame.js';
import { operationsOf } from './operations.js';
import { addRequestExamples } from './request-examples.js';
import { addConditionalReads, addHeaders } from './responses.js';
import { closeSchemas, keepUsedComponents } from './schemas.js';
import { shareProblems } from './shared-problems.js';
import { tagOf, TAGS } from './tags.js';

/**
 * The contract of `app`, read from the same declarations that its guards, pipes and interceptors obey. Needs no instance
 * of anything: an application made in Nest's preview mode will do. The same code gives the same document, in the same order.
 */
export function describeApi(
  app: INestApplication,
  http: Pick<Configuration['http'], 'publicUrl'>,
): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, frame(http), { autoTagControllers: false });
  declareAccess(document);
  addRequestExamples(document);
  addHeaders(document);
  addConditionalReads(document);
  shareProblems(document);
  closeSchemas(document);
  keepUsedComponents(document);
  orderByTag(document);
  return document;
}

/** A token is needed unless an operation says that none is. */
function declareAccess(document: OpenAPIObject): void {
  document.security = [{ accessToken: [] }];
  for (const { path, operation } of operationsOf(document)) {
    operation.tags = [tagOf(path)];
    if (operation.security) delete operation.security;
    else operation.security = [];
  }
}

function orderByTag(document: OpenAPIObject): void {
  const rank = (path: string): number => TAGS.findIndex(({ name }) => name === tagOf(path));
  document.paths = Object.fromEntries(Object.entries(document.paths).sort(([a], [b]) => rank(a) - rank(b)));
}
