import { Logger } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Configuration } from '#libs/config';
import { warnOfUntrustedProxy } from './request-scope.js';

const from = (remoteAddress: string, headers = {}) =>
  ({ headers, raw: { socket: { remoteAddress } } }) as unknown as FastifyRequest;
const forwarded = { 'x-forwarded-for': '203.0.113.5' };
const configuration = (mode: string) =>
  ({ mode, http: { trustedProxies: ['10.0.0.0/8'] } }) as unknown as Configuration;

describe('a request with X-Forwarded-For', () => {
  let warnings: jest.SpiedFunction<Logger['warn']>;

  beforeEach(() => {
    warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => warnings.mockRestore());

  it('is reported once if it comes from an address that is not a trusted proxy', () => {
    const warn = warnOfUntrustedProxy(configuration('production'));
    for (const request of [from('192.0.2.1'), from('::ffff:10.0.0.1', forwarded)]) warn(request);
    expect(warnings).not.toHaveBeenCalled();
    for (const request of [from('192.0.2.1', forwarded), from('192.0.2.2', forwarded)]) warn(request);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings.mock.calls[0]?.[0]).toContain('from 192.0.2.1, which is not in TRUST_PROXY');
  });

  it('is not reported outside production', () => {
    warnOfUntrustedProxy(configuration('development'))(from('192.0.2.1', forwarded));
    expect(warnings).not.toHaveBeenCalled();
  });
});
