import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { CompactSign } from 'jose';
import { newId } from '#libs/kernel';
import { type ApiClient } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import { newSigningKey } from '../support/test-environment.js';

let client: ApiClient;
let own: KeyObject;
const previous = createPrivateKey(newSigningKey());

const pem = createPublicKey(previous).export({ type: 'spki', format: 'pem' }).toString();
const api = useApi({ environment: { JWT_ADDITIONAL_PUBLIC_KEYS: pem } });

beforeAll(async () => {
  client = await api.newcomer(['user']);
  own = createPrivateKey(api.configuration.tokens.privateKeyPem);
});

type Members = Record<string, unknown>;

function decoded(part: 0 | 1): Members {
  const segment = client.accessToken?.split('.')[part] ?? '';
  return JSON.parse(Buffer.from(segment, 'base64url').toString()) as Members;
}

async function signed(header: Members, claims: Members, key: KeyObject = own): Promise<string> {
  const payload = Buffer.from(JSON.stringify({ ...decoded(1), ...claims }));
  const protectedHeader = { ...decoded(0), ...header } as { alg: string };
  return new CompactSign(payload).setProtectedHeader(protectedHeader).sign(key);
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function hmacSigned(secret: string): string {
  const content = `${encode({ ...decoded(0), alg: 'HS256' })}.${encode(decoded(1))}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

function publicPem(): string {
  return createPublicKey(own).export({ type: 'spki', format: 'pem' }).toString();
}

const parts = () => (client.accessToken ?? '').split('.') as [string, string, string];
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const now = () => Math.floor(Date.now() / 1000);

const ATTACKS: ReadonlyArray<[string, () => string | Promise<string>]> = [
  ['alg none without a signature', () => `${encode({ ...decoded(0), alg: 'none' })}.${parts()[1]}.`],
  [
    'alg none with the old signature',
    () => `${encode({ ...decoded(0), alg: 'none' })}.${parts()[1]}.${parts()[2]}`,
  ],
  ['HS256 with the public key as its secret', () => hmacSigned(publicPem())],
  ['HS256 with an empty secret', () => hmacSigned('')],
  ['a key of its own under our kid', () => signed({}, {}, stranger.privateKey)],
  ['an unknown kid', () => signed({ kid: 'unknown' }, {}, stranger.privateKey)],
  ['a kid that is a path', () => signed({ kid: '../../../../dev/null' }, {})],
  ['no kid', () => signed({ kid: undefined }, {})],
  [
    'its own key in jwk',
    () => signed({ jwk: stranger.publicKey.export({ format: 'jwk' }) }, {}, stranger.privateKey),
  ],
  ['a jku', () => signed({ jku: 'http://127.0.0.1:9/jwks.json' }, {})],
  ['an x5u', () => signed({ x5u: 'http://127.0.0.1:9/cert.pem' }, {})],
  ['an x5c', () => signed({ x5c: ['MIIB'] }, {})],
  ['an unknown header field', () => signed({ zzz: 1 }, {})],
  ['crit', async () => `${encode({ ...decoded(0), crit: ['exp'] })}.${parts()[1]}.${parts()[2]}`],
  ['typ JWT', () => signed({ typ: 'JWT' }, {})],
  ['no typ', () => signed({ typ: undefined }, {})],
  ['another issuer', () => signed({}, { iss: 'somebody' })],
  ['another audience', () => signed({}, { aud: 'another-api' })],
  ['several audiences, ours among them', () => signed({}, { aud: ['veritrail-api', 'another-api'] })],
  ['no audience', () => signed({}, { aud: undefined })],
  ['another client', () => signed({}, { client_id: 'other' })],
  ['an end in the past', () => signed({}, { iat: now() - 700, exp: now() - 100 })],
  ['no end', () => signed({}, { exp: undefined })],
  ['an end that is text', () => signed({}, { exp: String(now() + 600) })],
  ['a beginning in the future', () => signed({}, { nbf: now() + 60 })],
  ['an issue date in the future', () => signed({}, { iat: now() + 60 })],
  ['no session', () => signed({}, { sid: undefined })],
  ['a session that does not exist', () => signed({}, { sid: newId() })],
  ["another user's session", () => signed({}, { sub: api.as('admin').account?.id })],
  ['a subject that does not exist', () => signed({}, { sub: newId() })],
  ['a subject that is no UUID', () => signed({}, { sub: "' OR 1=1 --" })],
  ['a changed payload', () => `${parts()[0]}.${encode({ ...decoded(1), sub: newId() })}.${parts()[2]}`],
  ['a changed signature', () => `${parts()[0]}.${parts()[1]}.${parts()[2].slice(0, -2)}AA`],
  ['padding', () => `${client.accessToken ?? ''}=`],
  ['the standard alphabet', () => (client.accessToken ?? '').replaceAll('-', '+').replaceAll('_', '/') + '+'],
  ['unused bits in the last character', () => withOtherEncoding(client.accessToken ?? '')],
  ['two parts', () => parts().slice(0, 2).join('.')],
  ['five parts', () => `${client.accessToken ?? ''}.YQ.YQ`],
  ['more than 4 KiB', () => signed({}, { filler: 'x'.repeat(4096) })],
  ['nothing but dots', () => '..'],
  ['no base64 at all', () => 'not.a.token'],
];

/** 64 bytes leave four bits of the last character unused, so a different character encodes the same bytes. */
function withOtherEncoding(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.slice(-1));
  const other = token.slice(0, -1) + alphabet.charAt(last ^ 1);
  expect(Buffer.from(other.split('.')[2] ?? '', 'base64url')).toEqual(
    Buffer.from(token.split('.')[2] ?? '', 'base64url'),
  );
  return other;
}

describe('an access token', () => {
  it('names the user and the session, and no permission (RFC 9068)', () => {
    expect(decoded(0)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) as unknown });
    expect(Object.keys(decoded(1)).sort()).toEqual(
      ['aud', 'auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'].sort(),
    );
  });

  it('signed with the configured key is accepted, so that each attack below fails for its own reason', async () => {
    await client
      .withToken(await signed({}, {}))
      .get('/v1/auth/me')
      .expect(200);
  });

  it('signed with the previous key is accepted while that key is configured', async () => {
    const kid = (await api.anonymous.get('/.well-known/jwks.json').expect(200)).body as {
      keys: Array<{ kid: string }>;
    };
    const token = await signed({ kid: kid.keys[1]?.kid }, {}, previous);
    await client.withToken(token).get('/v1/auth/me').expect(200);
  });

  it.each(ATTACKS)('with %s is refused', async (_name, attack) => {
    const token = await attack();
    const answer = await client.withToken(token).get('/v1/auth/me').expect(401);
    expect((answer.body as { code: string }).code).toBe('UNAUTHENTICATED');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="veritrail", error="invalid_token"/);
  });

  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a scheme without a token', 'Bearer'],
  ])('is required when there is %s', async (_name, authorization) => {
    const request = api.anonymous.get('/v1/auth/me');
    const answer = await (authorization ? request.set('authorization', authorization) : request).expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="veritrail"');
  });

  it('is not accepted in the query, where it would be logged', async () => {
    const answer = await api.anonymous.get(`/v1/auth/me?access_token=${client.accessToken ?? ''}`);
    expect(answer.status).toBe(401);
  });

  it('expires by the clock of the service', async () => {
    const short = await api.newcomer(['user']);
    await short.get('/v1/auth/me').expect(200);
    api.clock.advance(606);
    await short.get('/v1/auth/me').expect(401);
    api.clock.advance(-606);
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('publishes every accepted key without private parts, cacheable for five minutes', async () => {
    const answer = await api.anonymous.get('/.well-known/jwks.json').expect(200);
    const { keys } = answer.body as { keys: Members[] };
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
    expect(keys[0]?.['kid']).toBe(decoded(0)['kid']);
  });
});
