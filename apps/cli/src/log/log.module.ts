import { AuditModule, SealingModule } from '#libs/audit';
import { type Configuration } from '#libs/config';
import { ProcessModule } from '#libs/process';
import { type DynamicModule, Module } from '@nestjs/common';

/** What commands about the log need of the product. Refuses to start without the log's key. */
@Module({})
export class LogModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: LogModule,
      imports: [ProcessModule.forProcess(configuration, 'veritrail-cli'), AuditModule, SealingModule],
    };
  }
}
