import { UnauthorizedError } from '#libs/kernel';

const REALM = 'Bearer realm="veritrail"';

/** No credentials were given: the challenge names the scheme and no error (RFC 6750, section 3). */
export function authenticationRequired(): UnauthorizedError {
  return new UnauthorizedError(undefined, { headers: { 'www-authenticate': REALM } });
}

/** The access token is expired, revoked, malformed or not ours (RFC 6750, section 3.1); which one stays with us. */
export function invalidToken(cause?: unknown): UnauthorizedError {
  const detail = 'The access token is invalid or has expired';
  return new UnauthorizedError(detail, {
    headers: { 'www-authenticate': `${REALM}, error="invalid_token", error_description="${detail}"` },
    cause,
  });
}

/** The headers of a refused sign-in: 401 must name a scheme (RFC 9110, section 15.5.2). */
export const CHALLENGE = { 'www-authenticate': REALM } as const;

/** The token of an `Authorization: Bearer` header, or null when there is none: then nobody tried to authenticate. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +(\S.*)$/i.exec(authorization?.trim() ?? '')?.[1] ?? null;
}
