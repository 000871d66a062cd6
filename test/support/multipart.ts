import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';

export const BOUNDARY = 'veritrail-test-boundary';

/** A part as it is on the wire; `headers` replaces what would be derived. */
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

/** The body of a form (RFC 7578), every byte of it in the test's hands. */
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
  /** How many bytes of the request had been handed to the system when the answer came. */
  readonly sentBefore: number;
}

/** A POST whose body the test writes itself: slowly, partly, or without end. */
export function openUpload(url: string, headers: Record<string, string>): ClientRequest {
  return httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
  });
}

/** Waits for the answer to a request that was opened. */
export async function answerOf(request: ClientRequest): Promise<RawAnswer> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const sentBefore = request.socket?.bytesWritten ?? 0;
  // The server may close the connection while we still write: the answer is what counts.
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

/** Sends a whole body and waits for the answer. */
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
