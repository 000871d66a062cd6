import { type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type OpenAPIObject } from '@nestjs/swagger';
import { OperationAudit, OperationIdempotency } from '#libs/http';
import { describeApi } from '../../apps/api/src/openapi/describe-api.js';

/** Nest looks the ports up in preview mode too, and creates neither. */
const PORTS = [OperationAudit, OperationIdempotency].map((provide) => ({ provide, useValue: null }));

class Preview {}

/** An application with only these controllers, which are not instantiated. */
export async function previewControllers(controllers: Type[]): Promise<INestApplication> {
  const module: DynamicModule = { module: Preview, controllers, providers: PORTS };
  return NestFactory.create(module, new FastifyAdapter(), { preview: true, logger: false });
}

/** The contract of these controllers only. */
export async function describeControllers(controllers: Type[]): Promise<OpenAPIObject> {
  return describeApi(await previewControllers(controllers), { publicUrl: null });
}
