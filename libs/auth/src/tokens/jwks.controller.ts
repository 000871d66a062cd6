import { Operation } from '#libs/http';
import { Controller, Get } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { KeyRing } from './key-ring.js';

export class JwkView {
  @ApiProperty({ type: 'string', enum: ['EC'] })
  kty!: string;

  @ApiProperty({ type: 'string', enum: ['P-256'] })
  crv!: string;

  @ApiProperty()
  x!: string;

  @ApiProperty()
  y!: string;

  @ApiProperty({ type: 'string', enum: ['sig'] })
  use!: string;

  @ApiProperty({ type: 'string', enum: ['ES256'] })
  alg!: string;

  @ApiProperty({ description: 'The SHA-256 thumbprint of the key (RFC 7638).' })
  kid!: string;
}

export class JwksView {
  @ApiProperty({ type: [JwkView] })
  keys!: JwkView[];
}

@ApiTags('auth')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: KeyRing) {}

  @Get('jwks.json')
  @Operation({
    id: 'getJwks',
    summary: 'Get the public keys that verify access tokens',
    description:
      'A JSON Web Key Set (RFC 7517). A new key is published here before the server signs tokens with it.',
    access: 'public',
    success: {
      status: 200,
      description: 'The public keys.',
      type: JwksView,
      caching: 'public, max-age=300',
      tagged: true,
      example: {
        keys: [
          {
            kty: 'EC',
            crv: 'P-256',
            x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
            y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
            use: 'sig',
            alg: 'ES256',
            kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
          },
        ],
      },
    },
  })
  get(): JwksView {
    return { keys: [...this.keys.published] };
  }
}
