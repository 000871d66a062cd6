import { STATUS_CODES } from 'node:http';
import { type Configuration } from '#libs/config';
import { type AppError, Clock } from '#libs/kernel';
import { problemBody, problemHeaders } from './problem-body.js';
import { SECURITY_HEADERS } from './security-headers.js';

export interface RawProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A problem response for requests that never reached the framework: with all headers, without any hook. */
export function rawProblem(
  error: AppError,
  requestId: string,
  url: string,
  { http }: Pick<Configuration, 'http'>,
): RawProblem {
  const body = JSON.stringify(problemBody(error, requestId, url, http));
  return {
    status: error.status,
    headers: {
      ...SECURITY_HEADERS,
      ...problemHeaders(error),
      'x-request-id': requestId,
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    },
    body,
  };
}

/** The same problem as the text of an HTTP/1.1 message (RFC 9112), for a connection without a response object. */
export function rawProblemMessage({ status, headers, body }: RawProblem, clock = new Clock()): string {
  const fields = Object.entries({ ...headers, date: clock.now().toUTCString() });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
