import { createHash } from 'node:crypto';
import { type INestApplication } from '@nestjs/common';
import { type OpenAPIObject } from '@nestjs/swagger';
import { type Configuration } from '#libs/config';
import { describeApi } from '../../apps/api/src/openapi/describe-api.js';
import { handlersOf } from './handlers.js';
import { oncePerRun } from './once-per-run.js';
import { SchemaChecker } from './schema-checker.js';

/**
 * The OpenAPI document of an application. All its schemas are valid JSON Schema. It depends only on the application's
 * handlers and its public address, so each run computes it once for each combination of them.
 */
export async function servedContract(
  app: INestApplication,
  { publicUrl }: Pick<Configuration['http'], 'publicUrl'>,
): Promise<OpenAPIObject> {
  const handlers = handlersOf(app).map(({ name }) => name);
  const digest = createHash('sha256').update(JSON.stringify([publicUrl, handlers]));
  return oncePerRun(`contract-${digest.digest('hex').slice(0, 16)}`, async () => {
    const document = describeApi(app, { publicUrl });
    const checker = new SchemaChecker(document);
    for (const schema of schemasIn(document)) checker.compile(schema);
    return document;
  });
}

/** The schemas of every parameter, header and body. */
function schemasIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    name === 'schema' && typeof member === 'object' && member !== null ? [member] : schemasIn(member),
  );
}
