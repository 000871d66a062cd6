import { AuditModule } from '#libs/audit';
import { AuthModule } from '#libs/auth';
import { type Configuration } from '#libs/config';
import { IdempotencyModule } from '#libs/idempotency';
import { ProcessModule } from '#libs/process';
import { UsersModule } from '#libs/users';
import { type DynamicModule, Module } from '@nestjs/common';

/** The services of the API that account commands need, without HTTP. */
@Module({})
export class AccountsModule {
  static forProcess(configuration: Configuration): DynamicModule {
    return {
      module: AccountsModule,
      imports: [
        ProcessModule.forProcess(configuration, 'veritrail-cli'),
        AuditModule,
        IdempotencyModule,
        UsersModule,
        AuthModule,
      ],
    };
  }
}
