import { clientKey } from './rate-limit.hook.js';

describe('the key of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::1', '0:0:0:0'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0'],
    ['2001:0DB8:0000:0001::9', '2001:db8:0:1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('is its address, or its network of IPv6: %s', (ip, key) => {
    expect(clientKey(ip)).toBe(key);
  });
});
