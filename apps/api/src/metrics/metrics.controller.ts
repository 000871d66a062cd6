import { Controller, Get, Headers, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { Configuration } from '#libs/config';
import { Operation } from '#libs/http';
import { checkMetricsToken, Metrics } from '#libs/observability';
import { GET_METRICS } from './metrics.operations.js';

@Controller()
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly configuration: Configuration,
  ) {}

  @Get('metrics')
  @Operation(GET_METRICS)
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    checkMetricsToken(this.configuration, authorization);
    reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
