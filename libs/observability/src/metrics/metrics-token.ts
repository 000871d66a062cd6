import { createHash, timingSafeEqual } from 'node:crypto';
import { type Configuration } from '#libs/config';
import { UnauthorizedError } from '#libs/kernel';

const CHALLENGE = { 'www-authenticate': 'Bearer realm="metrics"' };

/**
 * Throws `UnauthorizedError` unless `authorization` contains the configured token. Without a configured token every
 * client may read. Compares in constant time.
 */
export function checkMetricsToken(
  { metrics }: Pick<Configuration, 'metrics'>,
  authorization: string | undefined,
): void {
  if (metrics.token === null) return;
  const shown = /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(shown), digest(metrics.token))) {
    throw new UnauthorizedError('The metrics require their own token in the Authorization header', {
      headers: CHALLENGE,
    });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
