import { scopeOfRequest } from '#libs/http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The network address and the User-Agent of a request. */
export class ClientOrigin {
  constructor(
    readonly ip: string,
    readonly userAgent: string | null,
  ) {}
}

/** The origin of the running request. */
export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): ClientOrigin => {
  const { ip, userAgent } = scopeOfRequest(context.switchToHttp().getRequest());
  return new ClientOrigin(ip, userAgent);
});
