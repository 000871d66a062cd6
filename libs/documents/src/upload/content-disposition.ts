import { BadRequestError } from '#libs/kernel';
import { FileNameNotAcceptedError } from './upload.errors.js';

/** One parameter (RFC 9110, section 5.6.6). Browsers and old clients send other characters than RFC 9110 allows. */
const PARAMETER = /;[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|([^;"]*))[ \t]*/y;
const REST = /(?:;[ \t]*)?$/y;
const EXTENDED_VALUE = /^(utf-8|iso-8859-1)'[A-Za-z0-9-]*'((?:[^%'"\s]|%[0-9a-f]{2})*)$/i;

/** What the `Content-Disposition` of a part says (RFC 7578, section 4.2). */
export interface Disposition {
  /** `form-data` in a form. */
  readonly type: string;
  readonly name: string | undefined;
  readonly fileName: string | undefined;
}

/**
 * Parses a header whose bytes are characters of Latin-1. `filename*` wins over `filename` (RFC 6266, section 4.3). Throws
 * `BadRequestError` for a malformed header and `FileNameNotAcceptedError` for a file name in an unknown encoding.
 */
export function parseDisposition(header: string): Disposition {
  const [type = ''] = header.split(';', 1);
  const parameters = parseParameters(header.slice(type.length));
  const [name, plain, extended] = ['name', 'filename', 'filename*'].map((key) => parameters.get(key));
  if ([...parameters.keys()].some((key) => /^filename\*\d/.test(key)))
    throw new FileNameNotAcceptedError('must be named by filename or filename*, without continuations');
  return {
    type: type.trim().toLowerCase(),
    name: name === undefined ? undefined : asUtf8(name),
    fileName: extended === undefined ? plain && asUtf8(plain) : decodeExtended(extended),
  };
}

/** The parameters behind a value, with lower-case names. Throws `BadRequestError` for malformed and repeated ones. */
export function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  let end = 0;
  for (let found = PARAMETER.exec(text); found; found = PARAMETER.exec(text)) {
    const [, key = '', quoted, token = ''] = found;
    if (parameters.has(key.toLowerCase())) throw malformed();
    // Browsers do not escape the backslashes of a Windows path.
    parameters.set(key.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? token.trim());
    end = PARAMETER.lastIndex;
  }
  REST.lastIndex = end;
  if (!REST.test(text)) throw malformed();
  return parameters;
}

function malformed(): BadRequestError {
  return new BadRequestError('The headers of a form part are malformed');
}

/** Bytes that are not UTF-8 become U+FFFD, which no name may contain. */
function asUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** RFC 8187, section 3.2. */
function decodeExtended(value: string): string {
  const [, charset = '', encoded = ''] = EXTENDED_VALUE.exec(value) ?? [];
  if (charset === '')
    throw new FileNameNotAcceptedError('must have a valid filename* in UTF-8 or ISO-8859-1');
  const bytes = encoded.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  return charset.toLowerCase() === 'utf-8' ? asUtf8(bytes) : bytes;
}
