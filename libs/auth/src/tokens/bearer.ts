import { UnauthorizedError } from '#libs/kernel';

const REALM = 'Bearer realm="veritrail"';

/** The 401 for a request without credentials: the challenge names the scheme and no error (RFC 6750, section 3). */
export function authenticationRequired(): UnauthorizedError {
  return new UnauthorizedError(undefined, { headers: { 'www-authenticate': REALM } });
}

/** The 401 for an expired, revoked, malformed or foreign token (RFC 6750, section 3.1). It does not say which. */
export function invalidToken(cause?: unknown): UnauthorizedError {
  const detail = 'The access token is invalid or has expired';
  return new UnauthorizedError(detail, {
    headers: { 'www-authenticate': `${REALM}, error="invalid_token", error_description="${detail}"` },
    cause,
  });
}

/** The headers of a refused sign-in: 401 must name a scheme (RFC 9110, section 15.5.2). */
export const CHALLENGE = { 'www-authenticate': REALM } as const;

/** The token of an `Authorization: Bearer` header, or null if the header is missing or has a different scheme. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +(\S.*)$/i.exec(authorization?.trim() ?? '')?.[1] ?? null;
}
