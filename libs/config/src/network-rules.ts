import { isIP } from 'node:net';

/** Names that stand for the ranges of RFC 1918 and its kin in `TRUST_PROXY`. */
const RANGES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Whether the text names proxies and not everybody: an address, a CIDR range with a prefix, or a well-known range. */
export function isProxyRange(text: string): boolean {
  if (RANGES.has(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
