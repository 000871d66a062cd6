import { allowsGzip } from './accept-encoding.js';

describe('a client', () => {
  it.each([
    'gzip',
    'GZIP',
    'x-gzip',
    'br, gzip',
    'gzip;q=0.5, identity',
    'gzip ; q=1.000',
    'gzip, identity',
    '*',
    'br;q=1.0, *;q=0.1',
  ])('accepts gzip with %j', (header) => {
    expect(allowsGzip(header)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'identity',
    'br, deflate',
    'gzip;q=0',
    'gzip;q=0.000',
    '*;q=0',
    'gzip;q=0, *',
    'gzipped',
    'gzip;q=high',
    'gzip;q=2',
    'gzip;level=9',
  ])('gets an uncompressed response with %j', (header) => {
    expect(allowsGzip(header)).toBe(false);
  });
});
