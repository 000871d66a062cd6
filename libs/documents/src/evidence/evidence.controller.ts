import {
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Param,
  StreamableFile,
} from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { CurrentActor, IdParams, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { GET_EVIDENCE } from './evidence.operations.js';
import { EvidenceService } from './evidence.service.js';

/** Whether the request is a HEAD: what it is answered with is not made to be thrown away, and nothing was read. */
const HeadersOnly = createParamDecorator(
  (_: unknown, context: ExecutionContext): boolean =>
    context.switchToHttp().getRequest<FastifyRequest>().method === 'HEAD',
);

@Controller('v1/documents/:id/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  @Get()
  @Operation(GET_EVIDENCE)
  async get(
    @CurrentActor() actor: Actor,
    @Param() { id }: IdParams,
    @HeadersOnly() headersOnly: boolean,
  ): Promise<StreamableFile> {
    const { stream, fileName } = await this.evidence.open(actor, id, headersOnly);
    return new StreamableFile(stream, {
      type: 'application/zip',
      disposition: `attachment; filename="${fileName}"`,
    });
  }
}
