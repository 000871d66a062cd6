import { CurrentActor, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { UsersService } from '#libs/users';
import { Body, Controller, Get, Header, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  ACCEPT_INVITATION,
  CHANGE_PASSWORD,
  LOGIN,
  LOGOUT,
  ME,
  REFRESH,
  REGISTER,
} from './auth.operations.js';
import { AcceptInvitationDto } from './dto/accept-invitation.dto.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { LoginDto } from './dto/login.dto.js';
import { MeView, toMeView } from './dto/me.view.js';
import { RefreshDto } from './dto/refresh.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { REGISTRATION_ACCEPTED, RegistrationView } from './dto/registration.view.js';
import { TokenPairView, toTokenPairView } from './dto/token-pair.view.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { LoginService } from './login/login.service.js';
import { PasswordChangeService } from './passwords/password-change.service.js';
import { RegistrationService } from './registration/registration.service.js';
import { ClientOrigin, Origin } from './sessions/client-origin.js';
import { SessionsService } from './sessions/sessions.service.js';

@ApiTags('auth')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly registrations: RegistrationService,
    private readonly invitations: InvitationsService,
    private readonly passwordChanges: PasswordChangeService,
  ) {}

  @Post('login')
  @Header('Cache-Control', 'no-store')
  @Operation(LOGIN)
  async login(@Body() { email, password }: LoginDto, @Origin() origin: ClientOrigin): Promise<TokenPairView> {
    return toTokenPairView(await this.logins.login(email, password, origin));
  }

  @Post('refresh')
  @Header('Cache-Control', 'no-store')
  @Operation(REFRESH)
  async refresh(@Body() { refreshToken }: RefreshDto): Promise<TokenPairView> {
    return toTokenPairView(await this.sessions.refresh(refreshToken));
  }

  @Post('logout')
  @Operation(LOGOUT)
  async logout(@CurrentActor() actor: Actor): Promise<void> {
    await this.sessions.logOut(actor);
  }

  @Get('me')
  @Operation(ME)
  async me(@CurrentActor() actor: Actor): Promise<MeView> {
    return toMeView(actor, await this.users.get(actor.id ?? ''));
  }

  @Post('register')
  @Operation(REGISTER)
  async register(@Body() body: RegisterDto, @Origin() origin: ClientOrigin): Promise<RegistrationView> {
    await this.registrations.register(body, origin);
    return REGISTRATION_ACCEPTED;
  }

  @Post('invitations/accept')
  @Operation(ACCEPT_INVITATION)
  async acceptInvitation(@Body() body: AcceptInvitationDto, @Origin() origin: ClientOrigin): Promise<void> {
    await this.invitations.accept(body.token, body.password, origin);
  }

  @Put('password')
  @Operation(CHANGE_PASSWORD)
  async changePassword(
    @CurrentActor() actor: Actor,
    @Body() body: ChangePasswordDto,
    @Origin() origin: ClientOrigin,
  ): Promise<void> {
    await this.passwordChanges.change(actor, body, origin);
  }
}
