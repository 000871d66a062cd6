import { type IncomingMessage, type ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

const YEAR_SECONDS = 31_536_000;

/** What an answer that is data may do in a browser: nothing. */
const DATA_POLICY = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** What Swagger UI needs: its own files, pictures inside its styles, and requests to this server. Nothing inline. */
const DOCUMENTATION_POLICY = {
  ...DATA_POLICY,
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
};

/** Helmet's headers for a policy. Computed once: it would build the same texts for every request. */
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
    // Over plain HTTP the header means nothing (RFC 6797, section 7.2), so it is sent per request.
    hsts: false,
  };
  helmet(options)({} as IncomingMessage, response, () => undefined);
  return Object.freeze({ ...headers, 'cache-control': 'no-store' });
}

/** On every answer, whoever writes it. */
export const SECURITY_HEADERS = headersFor(DATA_POLICY);

/** On the pages of Swagger UI instead. */
export const DOCUMENTATION_HEADERS = headersFor(DOCUMENTATION_POLICY);

/** For answers that left over TLS. */
export const STRICT_TRANSPORT_SECURITY = `max-age=${YEAR_SECONDS}; includeSubDomains`;

/** The headers for an answer at `url`. */
export function securityHeadersFor(url: string): Readonly<Record<string, string>> {
  return /^\/docs(?:[/?]|$)/.test(url) ? DOCUMENTATION_HEADERS : SECURITY_HEADERS;
}
