import { type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../../apps/api/src/openapi/describe-api.js';

class Preview {}

/** The contract of these controllers alone, without an instance of anything. */
export async function describeControllers(controllers: Type[]): Promise<OpenAPIObject> {
  const module: DynamicModule = { module: Preview, controllers };
  const app = await NestFactory.create(module, new FastifyAdapter(), { preview: true, logger: false });
  return describeApi(app, { publicUrl: null });
}
