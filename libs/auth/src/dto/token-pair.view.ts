import { ApiProperty } from '@nestjs/swagger';
import { type TokenPair } from '../sessions/sessions.service.js';

export class TokenPairView {
  @ApiProperty({
    description:
      'The token for the header `Authorization: Bearer`. It is a JWT (RFC 9068); clients treat it as opaque.',
  })
  accessToken!: string;

  @ApiProperty({ type: 'string', enum: ['Bearer'] })
  tokenType!: 'Bearer';

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of seconds until the access token expires.',
  })
  expiresIn!: number;

  @ApiProperty({ description: 'The token for `POST /v1/auth/refresh`. It works once.' })
  refreshToken!: string;
}

export const TOKEN_PAIR_EXAMPLE = {
  accessToken:
    'eyJhbGciOiJFUzI1NiIsImtpZCI6Im9LSXkuLi4iLCJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl',
  tokenType: 'Bearer',
  expiresIn: 600,
  refreshToken: 'vtr_mW4b8mXrXwq2v2Q4l0cXo3mYw1qkq5o0n9m4m7c1r2s',
};

export function toTokenPairView(pair: TokenPair): TokenPairView {
  return {
    accessToken: pair.accessToken,
    tokenType: 'Bearer',
    expiresIn: pair.expiresIn,
    refreshToken: pair.refreshToken,
  };
}
