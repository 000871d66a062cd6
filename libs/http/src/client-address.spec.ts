import { readAddress, trustedProxies } from './client-address.js';

describe('readAddress', () => {
  it.each([
    ['203.0.113.5', '203.0.113.5'],
    ['203.0.113.5:50001', '203.0.113.5'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:203.0.113.5', '203.0.113.5'],
    ['[::ffff:203.0.113.5]:443', '203.0.113.5'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', null],
    ['_hidden', null],
    ['203.0.113.256', null],
    ['203.0.113.5:port', null],
    ['', null],
    ['1'.repeat(300), null],
  ])('reads %j as %j', (text, address) => {
    expect(readAddress(text)).toBe(address);
  });
});

describe('trustedProxies', () => {
  const trusts = trustedProxies(['10.1.0.0/16', '192.0.2.7', '2001:db8::/32', 'loopback']);

  it.each([
    '10.1.2.3',
    '10.1.2.3:443',
    '::ffff:10.1.2.3',
    '192.0.2.7',
    '[2001:db8:5::1]:80',
    '127.0.0.9',
    '::1',
  ])('trusts %s', (address) => {
    expect(trusts(address)).toBe(true);
  });

  it.each(['10.2.0.1', '192.0.2.8', '2001:db9::1', 'fe80::1', 'unknown', '', '1'.repeat(300)])(
    'does not trust %j',
    (address) => {
      expect(trusts(address)).toBe(false);
    },
  );
});
