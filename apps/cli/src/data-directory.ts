import { chmodSync, mkdirSync, realpathSync } from 'node:fs';

/**
 * The folder that holds everything one installation keeps, made when it is missing, without links in its path. Closed to
 * others; only where this is root may they pass through it, not look around: PostgreSQL then runs under another account.
 */
export function makeDataDirectory(wanted: string): string {
  const made = mkdirSync(wanted, { recursive: true }) !== undefined;
  if (made) chmodSync(wanted, process.getuid?.() === 0 ? 0o711 : 0o700);
  return realpathSync(wanted);
}
