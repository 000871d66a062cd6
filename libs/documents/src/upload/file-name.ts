import { isCleanText } from '#libs/http';
import { FileNameNotAcceptedError } from './upload.errors.js';

const MAX_LENGTH = 255;
/** What decoders put in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * The name under which a file is kept and given back: the last segment of what the client sent (RFC 7578, section 4.2:
 * path information is not used), in NFC, trimmed. Throws `FileNameNotAcceptedError` for what could mislead a reader or
 * cannot be stored; it never invents a name.
 */
export function acceptFileName(sent: string | undefined): string {
  const name = lastSegment(sent ?? '');
  if (!name.isWellFormed() || name.includes(REPLACEMENT)) {
    throw new FileNameNotAcceptedError('must have a name in valid UTF-8');
  }
  const tidy = name.normalize('NFC').trim();
  if (tidy === '' || tidy === '.' || tidy === '..')
    throw new FileNameNotAcceptedError('must have a file name');
  if (tidy.length > MAX_LENGTH) {
    throw new FileNameNotAcceptedError(`must have a name of at most ${MAX_LENGTH} characters`);
  }
  if (!isCleanText(tidy, false)) {
    throw new FileNameNotAcceptedError(
      'must have a name without control characters or bidirectional overrides',
    );
  }
  return tidy;
}

/** In lower case and without the dot; empty when there is none. */
export function extensionOf(fileName: string): string {
  return /[^.].*\.([^.]+)$/u.exec(fileName)?.[1]?.toLowerCase() ?? '';
}

function lastSegment(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
