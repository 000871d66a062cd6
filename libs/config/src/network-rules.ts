import { BlockList, isIP } from 'node:net';

/** Names of private ranges (RFC 1918 and similar) that `TRUST_PROXY` accepts. */
const RANGES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** The widest ranges: a few wider ones together would cover every address. */
const SHORTEST_PREFIX = { ipv4: 8, ipv6: 7 };

/** Whether the text is an address, a CIDR range of at most a /8 (IPv4) or /7 (IPv6), or a named private range. */
export function isProxyRange(text: string): boolean {
  if (RANGES.has(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  const [shortest, longest] = family === 4 ? [SHORTEST_PREFIX.ipv4, 32] : [SHORTEST_PREFIX.ipv6, 128];
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) < shortest || Number(prefix) > longest) return false;
  return family === 4 || !containsMapped(address, Number(prefix));
}

/** Whether an IPv6 range and the IPv4 addresses in IPv6 form (`::ffff:0:0/96`) overlap. */
function containsMapped(address: string, prefix: number): boolean {
  const [range, mapped] = [new BlockList(), new BlockList()];
  range.addSubnet(address, prefix, 'ipv6');
  mapped.addSubnet('::ffff:0:0', 96, 'ipv6');
  return range.check('::ffff:0:0', 'ipv6') || mapped.check(address, 'ipv6');
}
