import { type Configuration } from '#libs/config';
import { problemType } from '#libs/http';
import { type AppError } from '#libs/kernel';

const MAX_INSTANCE_LENGTH = 1000;
/** The default `Retry-After` of a 503. */
const DEFAULT_RETRY_SECONDS = 1;

/** The members of RFC 9457, section 3.1, and `code`, `requestId` and, for validation, `errors`. */
export function problemBody(
  error: AppError,
  requestId: string,
  url: string,
  { publicUrl }: Pick<Configuration['http'], 'publicUrl'>,
): Record<string, unknown> {
  const members = {
    type: `${publicUrl ?? ''}${problemType(error.code)}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    instance: pathOf(url),
    requestId,
    ...(error.options.errors ? { errors: error.options.errors } : {}),
  };
  // Spread twice: standard members come first, and no extension replaces one of them.
  return { ...members, ...error.options.extensions, ...members };
}

/** The path as a valid URI reference, without the query, which may contain secrets. */
function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0]?.slice(0, MAX_INSTANCE_LENGTH) ?? '/';
  return path.replace(/%(?![0-9a-f]{2})|[^!$&'()*+,\-./0-9:;=@A-Z_a-z~%]/gi, (character) =>
    encodeURIComponent(character.isWellFormed() ? character : '\ufffd'),
  );
}

/** The headers of the error: its own and those that its status requires (RFC 9110). */
export function problemHeaders(error: AppError): Record<string, string> {
  const { headers = {}, retryAfter = error.status === 503 ? DEFAULT_RETRY_SECONDS : undefined } =
    error.options;
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
    ...headers,
  };
}
