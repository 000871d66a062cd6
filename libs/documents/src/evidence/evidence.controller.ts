import { Controller, createParamDecorator, type ExecutionContext, Get, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { CurrentActor, Id, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { GET_EVIDENCE } from './evidence.operations.js';
import { EvidenceService } from './evidence.service.js';

/** Parameter decorator: whether the request is a HEAD, for which no bundle is made and no read is recorded. */
const HeadersOnly = createParamDecorator(
  (_: unknown, context: ExecutionContext): boolean =>
    context.switchToHttp().getRequest<FastifyRequest>().method === 'HEAD',
);

@ApiTags('Documents')
@Controller('v1/documents/:id/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  @Get()
  @Operation(GET_EVIDENCE)
  async get(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @HeadersOnly() headersOnly: boolean,
  ): Promise<StreamableFile> {
    const { stream, fileName } = await this.evidence.open(actor, id, headersOnly);
    return new StreamableFile(stream, {
      type: 'application/zip',
      disposition: `attachment; filename="${fileName}"`,
    });
  }
}
