import { readClaims } from './access-tokens.js';

const NOW = 1_800_000_000;
const ID = '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10';
const CLAIMS = {
  iss: 'veritrail',
  aud: 'veritrail-api',
  sub: ID,
  sid: ID,
  jti: ID,
  client_id: 'veritrail',
  iat: NOW,
  exp: NOW + 600,
  auth_time: NOW,
};
const read = (changes: Record<string, unknown>) => readClaims({ ...CLAIMS, ...changes }, NOW);

describe('readClaims', () => {
  it('reads the user, the session and the expiry', () => {
    expect(read({})).toEqual({ userId: ID, sessionId: ID, expiresAt: NOW + 600, authenticatedAt: NOW });
  });

  it('tolerates clocks that differ by at most five seconds', () => {
    expect(read({ exp: NOW - 4 })).not.toBeNull();
    expect(read({ exp: NOW - 5 })).toBeNull();
    expect(read({ iat: NOW + 5 })).not.toBeNull();
    expect(read({ iat: NOW + 6 })).toBeNull();
    expect(read({ nbf: NOW + 5 })).not.toBeNull();
    expect(read({ nbf: NOW + 6 })).toBeNull();
  });

  it.each<[string, Record<string, unknown>]>([
    ...['sub', 'sid', 'jti', 'client_id', 'iat', 'exp', 'auth_time', 'aud'].map(
      (name): [string, Record<string, unknown>] => [`no ${name}`, { [name]: undefined }],
    ),
    ['an exp that is text', { exp: String(NOW + 600) }],
    ['an exp beyond any calendar', { exp: 1e300 }],
    ['an exp between two seconds', { exp: NOW + 0.5 }],
    ['a sub that is no UUID', { sub: 'admin' }],
    ['a sub that is a list', { sub: [ID] }],
    ['another client', { client_id: 'other' }],
    ['several audiences', { aud: ['veritrail-api', 'other'] }],
    ['an nbf that is text', { nbf: '0' }],
    ['a login in the future', { auth_time: NOW + 60 }],
  ])('refuses %s', (_name, changes) => {
    expect(read(changes)).toBeNull();
  });
});
