import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Public, TextField } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { SwaggerUiFiles } from './swagger-ui-files.js';

export class FileParams {
  @TextField({
    description: 'The name of a Swagger UI file; empty for the path that ends with a slash.',
    min: 0,
    max: 60,
  })
  '*'!: string;
}

/**
 * Serves Swagger UI from local files: it works without the Internet and under a CSP that forbids inline scripts. `/` and
 * `/docs/` redirect to the page. All redirects are relative, so that they work below any path prefix of a proxy.
 */
@ApiExcludeController()
@Public()
@Controller()
export class DocsController {
  constructor(private readonly files: SwaggerUiFiles) {}

  @Get()
  landing(@Res({ passthrough: true }) reply: FastifyReply): string {
    return seeOther('docs', reply);
  }

  @Get('docs')
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.send('index.html', reply);
  }

  @Get('docs/*')
  file(@Param() { '*': name }: FileParams, @Res({ passthrough: true }) reply: FastifyReply): string {
    return name === '' ? seeOther('../docs', reply) : this.send(name, reply);
  }

  private send(name: string, reply: FastifyReply): string {
    const file = this.files.find(name);
    if (!file) throw new NotFoundError();
    reply.headers({ 'content-type': file.type, 'cache-control': 'no-cache', etag: file.etag });
    return file.content;
  }
}

function seeOther(location: string, reply: FastifyReply): string {
  reply.code(303).headers({ location, 'content-type': 'text/plain; charset=utf-8' });
  return location;
}
