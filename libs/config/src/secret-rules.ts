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

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/** Why the key cannot sign checkpoints of the log, or null (C2SP signed-note: Ed25519). */
export function logKeyProblem(pem: string): string | null {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519' ? null : 'must be an Ed25519 key';
  } catch {
    return 'must be a private key in PEM form (PKCS #8)';
  }
}

/** The same for several concatenated keys. */
export function logKeysProblem(text: string): string | null {
  if (text.replaceAll(PRIVATE_KEY, '').trim() !== '') {
    return 'must contain only private keys in PEM, one after the other';
  }
  return (
    privateKeysIn(text)
      .map(logKeyProblem)
      .find((problem) => problem !== null) ?? null
  );
}

export function privateKeysIn(text: string): string[] {
  return text.match(PRIVATE_KEY) ?? [];
}
