import { createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto';

const privateKey = createPrivateKey(process.env.JWT_PRIVATE_KEY);
const publicKey = createPublicKey(privateKey);
const [ISSUER, AUDIENCE] = ['veritrail', 'veritrail-api'];
const TTL_SECONDS = 600;

/** The caller. Verifies signature and claims on every request, without a cache. Null for an invalid token. */
export function claimsOf(authorization) {
  if (!authorization?.startsWith('Bearer ')) return null;
  const [head, body, signature] = authorization.slice(7).split('.');
  if (signature === undefined) return null;
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  if (header.alg !== 'ES256' || header.typ !== 'at+jwt') return null;
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' };
  if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')))
    return null;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const now = Date.now() / 1000;
  if (claims.iss !== ISSUER || claims.aud !== AUDIENCE || now >= claims.exp || claims.iat > now + 5)
    return null;
  return claims;
}

export function issueToken(userId, sessionId, authenticatedAt) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: userId,
    sid: sessionId,
    jti: randomUUID(),
    client_id: 'veritrail',
    iat: now,
    exp: now + TTL_SECONDS,
    auth_time: Math.floor(authenticatedAt.getTime() / 1000),
  };
  const text = `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { accessToken: `${text}.${signature.toString('base64url')}`, expiresIn: TTL_SECONDS };
}
