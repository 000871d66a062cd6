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
    summary: 'Get the OpenAPI document',
    description:
      'The OpenAPI 3.1 document of this server, for client generators. Swagger UI at `/docs` displays it.',
    access: 'public',
    success: {
      status: 200,
      description: 'The OpenAPI document.',
      headers: {
        ETag: 'The entity tag of the document: it changes whenever the document changes.',
        'Cache-Control': '`no-cache`: revalidate with the ETag before every use.',
      },
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
