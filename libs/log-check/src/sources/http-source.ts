import { setTimeout as sleep } from 'node:timers/promises';
import { HASH_BYTES } from '#libs/merkle';
import { MAX_BUNDLE_BYTES } from '../core/entry-bundle.js';
import { type LogSource, MAX_CHECKPOINT_BYTES } from '../core/log-source.js';
import { tilePath } from '../core/tiles.js';
import { Broken, CannotCheck } from '../findings/findings.js';

const TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 6;
const MAX_PAUSE_SECONDS = 60;
const RETRIED_STATUSES = new Set([429, 502, 503, 504]);

/**
 * A log that is served below a prefix (C2SP tlog-tiles). Retries while the server is busy. Does not follow redirects: the
 * token is for this server only.
 */
export class HttpSource implements LogSource {
  readonly name: string;
  private readonly prefix: string;

  constructor(
    prefix: string,
    private readonly token: string | undefined,
  ) {
    this.prefix = prefix.replace(/\/+$/, '');
    this.name = this.prefix;
  }

  async checkpoint(): Promise<Buffer> {
    const bytes = await this.get('checkpoint', MAX_CHECKPOINT_BYTES, false);
    if (bytes === null) throw new CannotCheck(`${this.prefix} has no checkpoint; is it the prefix of a log?`);
    return bytes;
  }

  async bundle(index: number, width: number): Promise<Buffer | null> {
    return this.get(tilePath('entries', index, width), MAX_BUNDLE_BYTES, true);
  }

  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    return this.get(tilePath(level, index, width), width * HASH_BYTES, false);
  }

  private async get(path: string, max: number, withToken: boolean): Promise<Buffer | null> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.ask(path, withToken);
      if (response.ok) return bodyOf(response, path, max);
      await response.body?.cancel();
      if (response.status === 404) return null;
      if (response.status === 401 || response.status === 403) {
        throw new CannotCheck(
          `${path}: the server answered ${response.status}; entries are for auditors (--token)`,
        );
      }
      if (!RETRIED_STATUSES.has(response.status) || attempt === MAX_ATTEMPTS) {
        throw new CannotCheck(`${path}: the server answered ${response.status}`);
      }
      await sleep(1000 * pauseOf(response, attempt));
    }
  }

  private async ask(path: string, withToken: boolean): Promise<Response> {
    const authorization =
      withToken && this.token !== undefined ? { authorization: `Bearer ${this.token}` } : {};
    try {
      return await fetch(`${this.prefix}/${path}`, {
        headers: { ...authorization, 'accept-encoding': 'gzip, identity' },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new CannotCheck(`${this.prefix}/${path} cannot be fetched: ${causeOf(error)}`);
    }
  }
}

/** Stops after `max` bytes, regardless of the announced length and of compression. */
async function bodyOf(response: Response, path: string, max: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > max) throw new Broken(path, `it has more than the ${max} bytes that the format allows`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Broken) throw error;
    throw new CannotCheck(`${path}: the response was cut off: ${causeOf(error)}`);
  }
  return Buffer.concat(chunks, length);
}

function pauseOf(response: Response, attempt: number): number {
  const asked = response.headers.get('retry-after') ?? '';
  return Math.min(/^\d{1,9}$/.test(asked) ? Number(asked) : 2 ** attempt / 4, MAX_PAUSE_SECONDS);
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
