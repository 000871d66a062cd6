import { isIPv6 } from 'node:net';

const GROUPS_OF_A_SITE = 4;

/**
 * The unit of rate limits: an IPv4 address, or the /64 of an IPv6 address, because one customer gets a /64 and can
 * change the rest freely.
 */
export function clientNetwork(ip: string): string {
  if (!ip.includes(':')) return ip;
  return isIPv6(ip) ? `${expand(ip).slice(0, GROUPS_OF_A_SITE).join(':')}::/64` : ip;
}

function expand(ip: string): string[] {
  const [head = '', tail] = ip.replace(/%.*$/, '').split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) =>
    parseInt(group, 16).toString(16),
  );
}
