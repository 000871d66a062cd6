import { AuditModule, SealingModule } from '#libs/audit';
import { type Configuration } from '#libs/config';
import { ProcessModule } from '#libs/process';
import { type DynamicModule, Module } from '@nestjs/common';

/** The services that log commands need. Does not start without the log's signing key. */
@Module({})
export class LogModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: LogModule,
      imports: [ProcessModule.forProcess(configuration, 'veritrail-cli'), AuditModule, SealingModule],
    };
  }
}
