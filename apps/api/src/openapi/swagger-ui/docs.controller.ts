import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { NotFoundError, Public, TextField } from '#libs/kernel';
import { SwaggerUiFiles } from './swagger-ui-files.js';

export class FileParams {
  @TextField({ description: 'The name of a file of Swagger UI.', max: 60 })
  file!: string;
}

/** Swagger UI from our own files: it works without the Internet and under a policy that forbids inline scripts. */
@ApiExcludeController()
@Public()
@Controller('docs')
export class DocsController {
  constructor(private readonly files: SwaggerUiFiles) {}

  @Get()
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.send('index.html', reply);
  }

  @Get(':file')
  file(@Param() { file }: FileParams, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.send(file, reply);
  }

  private send(name: string, reply: FastifyReply): string {
    const file = this.files.find(name);
    if (!file) throw new NotFoundError();
    reply.headers({ 'content-type': file.type, 'cache-control': 'no-cache', etag: file.etag });
    return file.content;
  }
}
