import { CurrentActor, Id, IfMatch, Operation, RevisionPrecondition } from '#libs/http';
import { Actor } from '#libs/kernel';
import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AssignRolesDto } from './dto/assign-roles.dto.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { InvitationView, toInvitationView } from './dto/invitation.view.js';
import { ListUsersQuery } from './dto/list-users.query.js';
import { StateReasonDto } from './dto/state-reason.dto.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import { UserPageView, UserView } from './dto/user.view.js';
import { toUserView } from './dto/user.view.js';
import {
  ASSIGN_ROLES,
  CREATE_USER,
  END_USER_SESSIONS,
  GET_USER,
  INVITE_USER,
  LIST_USERS,
  REACTIVATE_USER,
  SUSPEND_USER,
  UPDATE_USER,
} from './users.operations.js';
import { UserAuthorityService } from './user-authority.service.js';
import { UsersService } from './users.service.js';

@ApiTags('Users')
@Controller('v1/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly authority: UserAuthorityService,
  ) {}

  @Get()
  @Operation(LIST_USERS)
  async list(@Query() query: ListUsersQuery): Promise<UserPageView> {
    const page = await this.users.list(query, query);
    return { items: page.items.map(toUserView), nextCursor: page.nextCursor };
  }

  @Post()
  @Operation(CREATE_USER)
  async create(@Body() body: CreateUserDto): Promise<UserView> {
    return toUserView(await this.users.create(body));
  }

  @Get(':id')
  @Operation(GET_USER)
  async get(@Id() id: string): Promise<UserView> {
    return toUserView(await this.users.get(id));
  }

  @Patch(':id')
  @Operation(UPDATE_USER)
  async update(
    @Id() id: string,
    @Body() body: UpdateUserDto,
    @IfMatch('required') precondition: RevisionPrecondition,
  ): Promise<UserView> {
    return toUserView(await this.users.update(id, body, precondition));
  }

  @Put(':id/roles')
  @Operation(ASSIGN_ROLES)
  async assignRoles(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { roles }: AssignRolesDto,
    @IfMatch('required') precondition: RevisionPrecondition,
  ): Promise<UserView> {
    return toUserView(await this.authority.assignRoles(actor, id, roles, precondition));
  }

  @Post(':id/suspend')
  @Operation(SUSPEND_USER)
  async suspend(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason }: StateReasonDto,
  ): Promise<UserView> {
    return toUserView(await this.authority.suspend(actor, id, reason));
  }

  @Post(':id/reactivate')
  @Operation(REACTIVATE_USER)
  async reactivate(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason }: StateReasonDto,
  ): Promise<UserView> {
    return toUserView(await this.authority.reactivate(actor, id, reason));
  }

  @Post(':id/invitations')
  @Operation(INVITE_USER)
  async invite(@CurrentActor() actor: Actor, @Id() id: string): Promise<InvitationView> {
    return toInvitationView(await this.authority.invite(actor, id));
  }

  @Delete(':id/sessions')
  @Operation(END_USER_SESSIONS)
  async endSessions(@Id() id: string): Promise<void> {
    await this.users.endSessions(id);
  }
}
