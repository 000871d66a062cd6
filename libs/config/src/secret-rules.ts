import { createPrivateKey } from 'node:crypto';

const MIN_PASSWORD_LENGTH = 12;
const WELL_KNOWN =
  /^(?:postgres|password|passw0rd|changeme|change-me|secret|admin|root|veritrail|example|test|demo|12345)/i;

/** Why the password in the URL is too weak for production, or null. */
export function databaseUrlProblem(url: string, strict: boolean): string | null {
  const password = passwordOf(url);
  if (password === null) return 'must be a postgres:// URL';
  if (!strict) return null;
  if (password === '') return 'must contain a password in production';
  if (WELL_KNOWN.test(password)) return 'contains a well-known password: choose a random one';
  return password.length < MIN_PASSWORD_LENGTH
    ? `contains a password of less than ${MIN_PASSWORD_LENGTH} characters: choose a longer one`
    : null;
}

/** Null if it is not a PostgreSQL URL, or its user or password cannot be decoded. */
function passwordOf(url: string): string | null {
  try {
    const { protocol, username, password } = new URL(url);
    if (!/^postgres(ql)?:$/.test(protocol)) return null;
    decodeURIComponent(username);
    return decodeURIComponent(password);
  } catch {
    return null;
  }
}

/** Why the key cannot sign ES256 tokens, or null (RFC 7518, section 3.4 requires P-256). */
export function signingKeyProblem(pem: string): string | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
      ? null
      : 'must be an EC key on the curve P-256';
  } catch {
    return 'must be a private key in PEM form (PKCS #8)';
  }
}
