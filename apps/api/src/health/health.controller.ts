import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, SERVICE_TAG } from '#libs/http';
import { LIVENESS, READINESS, STARTUP } from './health.operations.js';
import { type LivenessView, type ReadinessView } from './health.view.js';
import { ReadinessService } from './readiness.service.js';

@ApiTags(SERVICE_TAG)
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  @Get('live')
  @Operation(LIVENESS)
  live(): LivenessView {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation(READINESS)
  async ready(): Promise<ReadinessView> {
    const checks = await this.readiness.check();
    return { status: checks['log'] === 'down' ? 'degraded' : 'ok', checks };
  }

  @Get('startup')
  @Operation(STARTUP)
  async startup(): Promise<LivenessView> {
    await this.readiness.started();
    return { status: 'ok' };
  }
}
