import { setTimeout as sleep } from 'node:timers/promises';
import { HASH_BYTES } from '#libs/merkle';
import { Broken, CannotCheck } from '../findings.js';
import { MOST_BUNDLE_BYTES } from '../formats/entry-bundle.js';
import { tilePath } from '../formats/tile-path.js';
import { type LogSource, MOST_CHECKPOINT_BYTES } from './log-source.js';

const PATIENCE_MS = 30_000;
const TRIES = 6;
const LONGEST_PAUSE_SECONDS = 60;
const TRY_AGAIN = new Set([429, 502, 503, 504]);

/**
 * A log that is served (C2SP tlog-tiles), below its prefix. A busy server is asked again for a while. Redirects are not
 * followed: the token is for this server.
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
    const bytes = await this.get('checkpoint', MOST_CHECKPOINT_BYTES, false);
    if (bytes === null) throw new CannotCheck(`${this.prefix} has no checkpoint: is it the prefix of a log?`);
    return bytes;
  }

  async bundle(index: number, width: number): Promise<Buffer | null> {
    return this.get(tilePath('entries', index, width), MOST_BUNDLE_BYTES, true);
  }

  async tile(level: number, index: number, width: number): Promise<Buffer | null> {
    return this.get(tilePath(level, index, width), width * HASH_BYTES, false);
  }

  async close(): Promise<void> {}

  private async get(path: string, most: number, secret: boolean): Promise<Buffer | null> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ask(path, secret);
      if (answer.ok) return bodyOf(answer, path, most);
      await answer.body?.cancel();
      if (answer.status === 404) return null;
      if (answer.status === 401 || answer.status === 403) {
        throw new CannotCheck(`${path}: answered ${answer.status}; entries are for auditors (--token)`);
      }
      if (!TRY_AGAIN.has(answer.status) || attempt === TRIES) {
        throw new CannotCheck(`${path}: answered ${answer.status}`);
      }
      await sleep(1000 * pauseOf(answer, attempt));
    }
  }

  private async ask(path: string, secret: boolean): Promise<Response> {
    const authorization = secret && this.token !== undefined ? { authorization: `Bearer ${this.token}` } : {};
    try {
      return await fetch(`${this.prefix}/${path}`, {
        headers: { ...authorization, 'accept-encoding': 'gzip, identity' },
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      throw new CannotCheck(`${this.prefix}/${path} cannot be fetched: ${causeOf(error)}`);
    }
  }
}

/** Reads no further than `most`, whatever the answer says of its length and however well it is compressed. */
async function bodyOf(answer: Response, path: string, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > most) throw new Broken(path, `it has more than the ${most} bytes that are possible`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Broken) throw error;
    throw new CannotCheck(`${path}: the answer broke off: ${causeOf(error)}`);
  }
  return Buffer.concat(chunks, length);
}

function pauseOf(answer: Response, attempt: number): number {
  const asked = answer.headers.get('retry-after') ?? '';
  return Math.min(/^\d{1,9}$/.test(asked) ? Number(asked) : 2 ** attempt / 4, LONGEST_PAUSE_SECONDS);
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
