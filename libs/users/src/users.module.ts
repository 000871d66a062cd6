import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from './user.entity.js';
import { UserAuthorityService } from './user-authority.service.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** User accounts. Injects `AccountAccess`, which the auth module provides. */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  controllers: [UsersController],
  providers: [UsersService, UserAuthorityService, UsersRepository],
  exports: [UsersService, UserAuthorityService],
})
export class UsersModule {}
