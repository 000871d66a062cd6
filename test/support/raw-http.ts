import { connect, type Socket } from 'node:net';

/** The response on one connection. */
export interface RawAnswer {
  readonly text: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the server closed the connection in time. */
  readonly closed: boolean;
}

/**
 * Writes bytes to the server unchanged, which no HTTP client would, and resolves with the response when the connection
 * closes or no data came for `quietMs`; the first byte may take `firstMs`.
 */
export function sendRaw(
  url: string,
  message: string | Buffer,
  quietMs = 600,
  firstMs = 20_000,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = open(url);
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parse(Buffer.concat(chunks).toString('latin1'), closed));
    };
    let timer = setTimeout(() => finish(false), firstMs);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), quietMs);
    });
    // If the server closes while bytes are being sent, the operating system reports an error.
    socket.on('error', () => undefined);
    socket.on('close', () => finish(true));
    socket.on('connect', () => socket.write(message));
  });
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port) });
}

/** A request with these lines, a Host and `Connection: close`. */
export function request(line: string, headers: readonly string[] = [], body = ''): string {
  return [line, 'Host: localhost', 'Connection: close', ...headers, '', body].join('\r\n');
}

function parse(text: string, closed: boolean): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return {
    text,
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body: rest.join('\r\n\r\n'),
    closed,
  };
}
