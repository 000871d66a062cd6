import { AuditModule, SealingModule } from '#libs/audit';
import { type Configuration, KernelModule } from '#libs/kernel';
import { type DynamicModule, Module } from '@nestjs/common';

/** What commands about the log need of the product. Refuses to start without the log's key. */
@Module({})
export class LogModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: LogModule,
      imports: [KernelModule.forProcess(configuration, 'veritrail-cli'), AuditModule, SealingModule],
    };
  }
}
