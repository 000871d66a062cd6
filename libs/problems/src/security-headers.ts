const YEAR_SECONDS = 31_536_000;

/** The content security policy of JSON responses: nothing is allowed. */
const DATA_POLICY = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

/** The policy of Swagger UI: its own files, images inside its styles, and requests to this server. Nothing inline. */
const DOCUMENTATION_POLICY = [
  ...DATA_POLICY,
  "connect-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "style-src 'self'",
];

/** Those of `helmet`, with stricter values. Without HSTS, which is sent per request. */
function headersFor(policy: readonly string[]): Readonly<Record<string, string>> {
  return Object.freeze({
    'content-security-policy': policy.join(';'),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
    'cache-control': 'no-store',
  });
}

/** The headers of every response outside Swagger UI. */
export const SECURITY_HEADERS = headersFor(DATA_POLICY);

/** The headers of the pages of Swagger UI. */
export const DOCUMENTATION_HEADERS = headersFor(DOCUMENTATION_POLICY);

/** Sent with responses over TLS: browsers ignore it over plain HTTP (RFC 6797, section 7.2). */
export const STRICT_TRANSPORT_SECURITY = `max-age=${YEAR_SECONDS}; includeSubDomains`;

/** The security headers of a response at `url`. */
export function securityHeadersFor(url: string): Readonly<Record<string, string>> {
  return /^\/docs(?:[/?]|$)/.test(url) ? DOCUMENTATION_HEADERS : SECURITY_HEADERS;
}
