import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import helmet from 'helmet';
import { DOCUMENTATION_HEADERS, SECURITY_HEADERS, securityHeadersFor } from './security-headers.js';

const DATA_POLICY = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};
const DOCUMENTATION_POLICY = {
  ...DATA_POLICY,
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
};

/** The headers that a server with `helmet` sends with this policy, without those that Node adds. */
async function headersOfHelmet(directives: Record<string, string[]>): Promise<Record<string, string>> {
  const addHeaders = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: false,
  });
  const server = createServer((request, response) => {
    response.sendDate = false;
    addHeaders(request, response, () => response.setHeader('connection', 'close').end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const { headers } = await fetch(`http://127.0.0.1:${port}/`);
    const { connection: _connection, 'content-length': _length, ...added } = Object.fromEntries(headers);
    return added;
  } finally {
    server.close();
  }
}

describe('the security headers', () => {
  it.each([
    ['of every response', SECURITY_HEADERS, DATA_POLICY],
    ['of Swagger UI', DOCUMENTATION_HEADERS, DOCUMENTATION_POLICY],
  ])('%s are those of helmet, and forbid caching', async (_, headers, directives) => {
    const expected = await headersOfHelmet(directives);
    expect(headers).toEqual({ ...expected, 'cache-control': 'no-store' });
  });

  it.each(['/docs', '/docs/', '/docs?a=b', '/docs/swagger-ui.css'])('allow Swagger UI at %s', (url) => {
    expect(securityHeadersFor(url)).toBe(DOCUMENTATION_HEADERS);
  });

  it.each(['/', '/docsx', '/v1/docs'])('allow nothing at %s', (url) => {
    expect(securityHeadersFor(url)).toBe(SECURITY_HEADERS);
  });
});
