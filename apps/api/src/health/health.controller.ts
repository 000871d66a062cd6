import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '#libs/http';
import { LIVENESS, READINESS, STARTUP } from './health.operations.js';
import { type LivenessView, type ReadinessView } from './health.view.js';
import { ReadinessService } from './readiness.service.js';

@ApiTags('health')
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
    return { status: 'ok', checks: await this.readiness.check() };
  }

  @Get('startup')
  @Operation(STARTUP)
  async startup(): Promise<LivenessView> {
    await this.readiness.started();
    return { status: 'ok' };
  }
}
