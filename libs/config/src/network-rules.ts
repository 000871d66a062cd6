import { isIP } from 'node:net';

/** Names of private ranges (RFC 1918 and similar) that `TRUST_PROXY` accepts. */
const RANGES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Whether the text is an address, a CIDR range with a prefix above 0, or a named private range. */
export function isProxyRange(text: string): boolean {
  if (RANGES.has(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
