import { createPrivateKey } from 'node:crypto';
import { NoteVerifier } from '#libs/tlog';

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/** Explains why a key cannot sign checkpoints; null if it can (C2SP signed-note: Ed25519). */
export function logKeyProblem(pem: string): string | null {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519' ? null : 'must be an Ed25519 key';
  } catch {
    return 'must be a private key in PEM form (PKCS #8)';
  }
}

/** Like the check of one key, for several concatenated PEMs. */
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

/** Explains why these are not verifier keys (C2SP signed-note); null if they are. */
export function verifierKeysProblem(text: string): string | null {
  try {
    verifierKeysIn(text).forEach((vkey) => NoteVerifier.parse(vkey));
    return null;
  } catch {
    return 'must contain only verifier keys (name+id+key), separated by spaces or line breaks';
  }
}

export function verifierKeysIn(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
