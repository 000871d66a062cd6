import { Controller, Get, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { Operation } from '#libs/http';
import { ApiContract } from './api-contract.js';
import { API_VERSION } from './frame.js';

@Controller()
export class OpenApiController {
  constructor(private readonly contract: ApiContract) {}

  @Get('openapi.json')
  @Operation({
    id: 'getOpenApi',
    summary: 'Read this document',
    description: 'OpenAPI 3.1. Swagger UI at `/docs` shows it; generate clients from it.',
    access: 'public',
    success: {
      status: 200,
      description: 'The contract of this server.',
      headers: { ETag: 'Changes with the document.', 'Cache-Control': 'Ask again, with the ETag.' },
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              openapi: { type: 'string', pattern: '^3\\.1\\.' },
              info: { type: 'object', additionalProperties: true },
              paths: { type: 'object', additionalProperties: true },
            },
            required: ['openapi', 'info', 'paths'],
            additionalProperties: true,
          },
          example: { openapi: '3.1.0', info: { title: 'Veritrail', version: API_VERSION }, paths: {} },
        },
      },
    },
  })
  read(@Res({ passthrough: true }) reply: FastifyReply): string {
    const { text, etag } = this.contract.json();
    reply.headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', etag });
    return text;
  }
}
