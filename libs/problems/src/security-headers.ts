import { type IncomingMessage, type ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

const YEAR_SECONDS = 31_536_000;

/** The content security policy of JSON responses: nothing is allowed. */
const DATA_POLICY = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The policy of Swagger UI: its own files, images inside its styles, and requests to this server. Nothing inline. */
const DOCUMENTATION_POLICY = {
  ...DATA_POLICY,
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
};

/** Helmet's headers for a policy, computed once at start. */
function headersFor(directives: Record<string, string[]>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  } as unknown as ServerResponse;
  const options: HelmetOptions = {
    contentSecurityPolicy: { useDefaults: false, directives },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // Browsers ignore it over plain HTTP (RFC 6797, section 7.2), so it is sent per request.
    hsts: false,
  };
  helmet(options)({} as IncomingMessage, response, () => undefined);
  return Object.freeze({ ...headers, 'cache-control': 'no-store' });
}

/** The headers of every response outside Swagger UI. */
export const SECURITY_HEADERS = headersFor(DATA_POLICY);

/** The headers of the pages of Swagger UI. */
export const DOCUMENTATION_HEADERS = headersFor(DOCUMENTATION_POLICY);

/** Sent with responses over TLS. */
export const STRICT_TRANSPORT_SECURITY = `max-age=${YEAR_SECONDS}; includeSubDomains`;

/** The security headers of a response at `url`. */
export function securityHeadersFor(url: string): Readonly<Record<string, string>> {
  return /^\/docs(?:[/?]|$)/.test(url) ? DOCUMENTATION_HEADERS : SECURITY_HEADERS;
}
