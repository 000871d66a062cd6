import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../embedded-postgres/system-error.js';

/**
 * The file with the P-256 key that signs access tokens (RFC 7518, section 3.4), made on the first start and readable only
 * by its owner. Of two first starts at once both end up with the same key.
 */
export function ensureSigningKey(dataDir: string): string {
  const directory = join(dataDir, 'keys');
  const path = join(directory, 'jwt-private-key.pem');
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const draft = join(directory, `.${randomBytes(6).toString('hex')}`);
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    // A link, not a rename: it refuses to replace the key that another start has made meanwhile.
    linkSync(draft, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return path;
}
