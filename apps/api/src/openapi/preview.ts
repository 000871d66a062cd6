import { generateKeyPairSync } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { type OpenAPIObject } from '@nestjs/swagger';
import { loadConfiguration } from '#libs/config';
import { AppModule } from '../app.module.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from '../http/http-adapter.js';
import { describeApi } from './describe-api.js';

/** Creates the API in Nest's preview mode: all modules and declarations, but no instances, database or secrets. */
export async function previewApi() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const configuration = loadConfiguration({
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

/** The OpenAPI document as it is committed, for a server without a path prefix. */
export async function previewContract(): Promise<OpenAPIObject> {
  return describeApi(await previewApi(), { publicUrl: null });
}

/** The text of the committed file, indented for readable diffs. */
export function toContractFile(document: OpenAPIObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
