import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { UploadModule } from '#libs/documents';
import { DatabaseProbe } from '#libs/postgres';
import { DrainState } from '../http/drain.js';
import { HealthController } from './health.controller.js';
import { ReadinessService } from './readiness.service.js';

@Module({
  imports: [UploadModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DatabaseProbe, ReadinessService, DrainState],
  exports: [DrainState],
})
export class HealthModule {}
