import { Module } from '@nestjs/common';
import { OperationSteps } from './operation-steps.js';

/** What `@Operation` needs in every process that has controllers, whether it answers HTTP or not. */
@Module({
  providers: [OperationSteps],
  exports: [OperationSteps],
})
export class HttpModule {}
