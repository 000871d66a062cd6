import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';

export const BOUNDARY = 'veritrail-test-boundary';

/** A part of a form; `headers` replaces its derived headers. */
export interface Part {
  readonly name?: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly headers?: readonly string[];
  readonly content: string | Buffer;
}

/** A part that is a file. */
export const filePart = (content: Buffer | string, fileName = 'document.pdf', type?: string): Part => ({
  name: 'file',
  fileName,
  content,
  ...(type === undefined ? {} : { type }),
});

export const field = (name: string, content: string | Buffer): Part => ({ name, content });

/** The body of a form (RFC 7578), under full control of the test. */
export function multipartBody(parts: readonly Part[], { close = true } = {}): Buffer {
  const chunks = parts.flatMap((part) => [
    Buffer.from(`--${BOUNDARY}\r\n${headersOf(part).join('\r\n')}\r\n\r\n`),
    Buffer.from(part.content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(close ? `--${BOUNDARY}--\r\n` : '')]);
}

function headersOf({ name, fileName, type, headers }: Part): readonly string[] {
  if (headers) return headers;
  const disposition = ['form-data'];
  if (name !== undefined) disposition.push(`name="${name}"`);
  if (fileName !== undefined) disposition.push(`filename="${fileName}"`);
  return [
    `Content-Disposition: ${disposition.join('; ')}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
  ];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  /** How many bytes of the request had been passed to the operating system when the response came. */
  readonly sentBefore: number;
}

/** A POST whose body the test writes: slowly, partly, or without end. */
export function openUpload(url: string, headers: Record<string, string>): ClientRequest {
  return httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
  });
}

/** Waits for the response to an open request. */
export async function answerOf(request: ClientRequest): Promise<RawAnswer> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const sentBefore = request.socket?.bytesWritten ?? 0;
  // The server may close the connection while the client still writes: only the response counts.
  request.on('error', () => undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    sentBefore,
  };
}

/** Sends a whole body and waits for the response. */
export async function upload(
  url: string,
  headers: Record<string, string>,
  body: readonly Part[] | Buffer,
): Promise<RawAnswer> {
  const request = openUpload(url, headers);
  const answer = answerOf(request);
  request.end(Buffer.isBuffer(body) ? body : multipartBody(body as readonly Part[]));
  return answer;
}
