import { Module } from '@nestjs/common';
import { OperationSteps } from './operation-steps.js';

/** The providers that `@Operation` needs in every process with controllers. */
@Module({
  providers: [OperationSteps],
  exports: [OperationSteps],
})
export class HttpModule {}
