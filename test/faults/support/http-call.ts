import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Sends the body in this many parts with pauses between them, so that a fault can hit a partial body. */
  readonly pieces?: number;
  readonly pauseMs?: number;
  readonly timeoutMs: number;
  readonly agent?: Agent;
}

/** A response (`status` above 0), or the reason why there is none. */
export interface Answer {
  readonly status: number;
  /** `ECONNRESET`, `ECONNREFUSED`, `HANG` after the time limit, … */
  readonly failure: string | null;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ms: number;
  json<T>(): T;
}

/** One HTTP request. Never rejects; a response with a truncated body counts as a failure. */
export function call(wanted: Call): Promise<Answer> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const finish = (status: number, failure: string | null, headers = {}, body = Buffer.alloc(0)): void => {
      clearTimeout(hang);
      const json = <T>(): T => JSON.parse(body.toString('utf8')) as T;
      resolve({ status, failure, headers, body, ms: performance.now() - begun, json });
    };
    const { method, headers, agent, body } = wanted;
    const options = { method, headers: { ...headers, ...lengthOf(body) }, ...(agent ? { agent } : {}) };
    const outgoing = request(wanted.url, options);
    const hang = setTimeout(() => {
      finish(0, 'HANG');
      outgoing.destroy();
    }, wanted.timeoutMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => finish(0, error.code ?? error.message));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', (error: NodeJS.ErrnoException) => finish(0, error.code ?? 'CUT'));
      incoming.on('end', () =>
        finish(incoming.statusCode ?? 0, null, incoming.headers, Buffer.concat(chunks)),
      );
    });
    void send(outgoing, wanted);
  });
}

function lengthOf(body: Buffer | undefined): Record<string, string> {
  return body ? { 'content-length': String(body.length) } : {};
}

async function send(
  outgoing: ReturnType<typeof request>,
  { body, pieces = 1, pauseMs = 0 }: Call,
): Promise<void> {
  if (!body) {
    outgoing.end();
    return;
  }
  const size = Math.ceil(body.length / pieces);
  for (let from = 0; from < body.length; from += size) {
    if (outgoing.destroyed) return;
    outgoing.write(body.subarray(from, from + size));
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  outgoing.end();
}
