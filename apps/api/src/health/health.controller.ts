import { Controller, Get } from '@nestjs/common';
import { Public } from '#libs/kernel';

@Controller('health')
export class HealthController {
  @Get('live')
  @Public()
  live() {
    return { status: 'ok' };
  }
}
