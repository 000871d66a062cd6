import { Clock } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { type AccessClaims, readClaims } from './access-tokens.js';
import { bearerToken, invalidToken } from './bearer.js';
import { readCanonicalHeader } from './canonical-jwt.js';
import { KeyRing } from './key-ring.js';
import { AuthConfiguration } from '../auth.configuration.js';

export const ACCESS_TOKEN_STRATEGY = 'access-token';

/**
 * Verifies access tokens (RFC 8725): canonical form, one algorithm, a known key, issuer and audience. Times are
 * checked here against `Clock`, so the library ignores them.
 */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN_STRATEGY) {
  constructor(
    keys: KeyRing,
    configuration: AuthConfiguration,
    private readonly clock: Clock,
  ) {
    super({
      jwtFromRequest: (request: { headers: { authorization?: string } }) =>
        bearerToken(request.headers.authorization),
      secretOrKeyProvider: (_request, token: string, done) => {
        const header = readCanonicalHeader(token);
        const key = header && keys.find(header.kid);
        if (!key) return done(new Error('This server did not issue the token'));
        // The library also accepts a KeyObject, which saves parsing PEM; its types do not say so.
        done(null, key as unknown as Buffer);
      },
      algorithms: ['ES256'],
      issuer: configuration.tokens.issuer,
      audience: configuration.tokens.audience,
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
    });
  }

  validate(payload: Record<string, unknown>): AccessClaims {
    const claims = readClaims(payload, this.clock.epochSeconds());
    if (!claims) throw invalidToken();
    return claims;
  }
}
