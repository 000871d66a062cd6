import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from './user.entity.js';
import { UserAuthorityService } from './user-authority.service.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Accounts. Needs `AccountAccess` from whoever knows how people sign in. */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  controllers: [UsersController],
  providers: [UsersService, UserAuthorityService, UsersRepository],
  exports: [UsersService, UserAuthorityService],
})
export class UsersModule {}
