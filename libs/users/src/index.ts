export * from './account-access.js';
export * from './authority.js';
export { CreateUserDto } from './dto/create-user.dto.js';
export * from './dto/user.view.js';
export * from './user-errors.js';
export * from './user-status.js';
export { User } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { type NewUser, UsersService } from './users.service.js';
