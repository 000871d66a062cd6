import { CLEAN_TEXT, isAtMost, isCleanText, tidyText } from '#libs/http';
import { FileNameNotAcceptedError } from './upload.errors.js';

const MAX_LENGTH = 255;
/** U+FFFD, which decoders insert for bytes that are not valid UTF-8. */
const REPLACEMENT = '\ufffd';
const EXTENSION = /^[a-z0-9]{1,16}$/;
const DIGITS = /^\d+$/;

/**
 * The file name to store and to send with downloads: the last path segment of what the client sent (RFC 7578, section 4.2),
 * in NFC, trimmed. Throws `FileNameNotAcceptedError` for a name that could mislead a reader or cannot be stored.
 */
export function acceptFileName(sent: string | undefined): string {
  const name = lastSegment(sent ?? '');
  if (!name.isWellFormed() || name.includes(REPLACEMENT)) {
    throw new FileNameNotAcceptedError('must have a name in valid UTF-8');
  }
  const tidy = tidyText(name, MAX_LENGTH);
  if (tidy === '' || tidy === '.' || tidy === '..')
    throw new FileNameNotAcceptedError('must have a file name');
  if (!isAtMost(tidy, MAX_LENGTH)) {
    throw new FileNameNotAcceptedError(`must have a name of at most ${MAX_LENGTH} characters`);
  }
  if (!isCleanText(tidy, false)) {
    throw new FileNameNotAcceptedError(`must have a name that is ${CLEAN_TEXT}`);
  }
  return tidy;
}

/** In lower case and without the dot; empty if there is none. A date or a version at the end is not an extension. */
export function extensionOf(fileName: string): string {
  const name = withoutDots(fileName);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  return EXTENSION.test(extension) && !DIGITS.test(extension) ? extension : '';
}

/** The name with the extension of its type, if it has none. Throws `FileNameNotAcceptedError` if it becomes too long. */
export function completeFileName(fileName: string, extension: string): string {
  return extensionOf(fileName) === '' ? acceptFileName(`${withoutDots(fileName)}.${extension}`) : fileName;
}

/** Windows drops dots at the end of a name. */
function withoutDots(name: string): string {
  let end = name.length;
  while (name[end - 1] === '.') end -= 1;
  return name.slice(0, end);
}

function lastSegment(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
