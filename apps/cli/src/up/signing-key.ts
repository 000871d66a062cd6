import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../embedded-postgres/system-error.js';

/** The file with the P-256 key that signs access tokens (RFC 7518, section 3.4). */
export function ensureSigningKey(dataDir: string): string {
  return ensureKey(
    dataDir,
    'jwt-private-key.pem',
    () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  );
}

/** The file with the Ed25519 key that signs the checkpoints of the log (C2SP signed-note). */
export function ensureLogKey(dataDir: string): string {
  return ensureKey(dataDir, 'log-signing-key.pem', () => generateKeyPairSync('ed25519').privateKey);
}

/** Created on the first start, readable only by its owner. Two simultaneous first starts get the same key. */
function ensureKey(dataDir: string, name: string, generate: () => KeyObject): string {
  const directory = join(dataDir, 'keys');
  const path = join(directory, name);
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = join(directory, `.${randomBytes(6).toString('hex')}`);
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, generate().export({ type: 'pkcs8', format: 'pem' }).toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    // A link, not a rename: it does not replace a key that another start created in the meantime.
    linkSync(draft, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return path;
}
