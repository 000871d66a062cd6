import { generateKeyPairSync } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { type OpenAPIObject } from '@nestjs/swagger';
import { loadConfiguration } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { AppModule } from '../app.module.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from '../http/http-adapter.js';
import { describeApi } from './describe-api.js';
import { operationsOf } from './operations.js';

/** Creates the API in Nest's preview mode: all modules and declarations, but no instances, database or secrets. */
export async function previewApi() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const configuration = loadConfiguration(PRODUCT.sections, {
    NODE_ENV: 'test',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    SELF_REGISTRATION: 'true',
  });
  return NestFactory.create(AppModule.forProcess(configuration), createHttpAdapter(configuration), {
    ...APPLICATION_OPTIONS,
    preview: true,
    logger: false,
  });
}

/** The OpenAPI document as it is committed, for a server without a path prefix. Throws for a tag that no module declares. */
export async function previewContract(): Promise<OpenAPIObject> {
  const document = describeApi(await previewApi(), { publicUrl: null });
  const declared = PRODUCT.tags.map(({ name }) => name);
  for (const { operation } of operationsOf(document)) {
    const [tag = 'none'] = operation.tags ?? [];
    if (!declared.includes(tag))
      throw new Error(`${operation.operationId} has the tag ${tag}, which no module declares in \`tags\``);
  }
  return document;
}

/** The text of the committed file, indented for readable diffs. */
export function toContractFile(document: OpenAPIObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
