import {
  type ErrorClass,
  InsufficientStorageError,
  type ErrorOptions,
  UnsupportedMediaTypeError,
  ValidationError,
} from '#libs/kernel';

/** Points at the form's file. */
export function aboutFile(detail: string): ErrorOptions {
  return { errors: [{ in: 'body', pointer: '/file', detail }] };
}

export class FileTypeNotAcceptedError extends UnsupportedMediaTypeError {
  static override readonly code: string = 'FILE_TYPE_NOT_ACCEPTED';
  static override readonly title: string = 'File type not accepted';
  static override readonly about: string =
    'The bytes of the file are not those of a PDF, PNG or JPEG, whatever its name says. Convert the document to one of these and upload that.';

  constructor() {
    super('The file is not a PDF, PNG or JPEG', aboutFile('must be a PDF, PNG or JPEG'));
  }
}

export class FileTypeMismatchError extends ValidationError {
  static override readonly code: string = 'FILE_TYPE_MISMATCH';
  static override readonly title: string = 'The file is not what it says';
  static override readonly about: string =
    'The extension of the file name, the Content-Type of the form part and the bytes do not name the same type. Rename the file, or send the Content-Type that fits.';

  constructor(detail: string) {
    super('The name, the declared type and the bytes of the file do not agree', aboutFile(detail));
  }
}

export class FileMalformedError extends ValidationError {
  static override readonly code: string = 'FILE_MALFORMED';
  static override readonly title: string = 'The file is damaged or holds something else too';
  static override readonly about: string =
    'The file begins like a PDF, PNG or JPEG but is cut off, broken, or carries other data behind its end. Export the document again and upload the fresh file.';

  constructor(detail: string) {
    super('The structure of the file is not acceptable', aboutFile(detail));
  }
}

export class FileNameNotAcceptedError extends ValidationError {
  static override readonly code: string = 'FILE_NAME_NOT_ACCEPTED';
  static override readonly title: string = 'File name not accepted';
  static override readonly about: string =
    'The name of the file is missing, longer than 255 characters, not valid UTF-8, or holds control characters or bidirectional overrides that would make it read otherwise than it is. Rename the file.';

  constructor(detail: string) {
    super('The name of the file is not acceptable', aboutFile(detail));
  }
}

/** What a route with an upload can answer besides what every route can; for its `problems`. */
export const UPLOAD_PROBLEMS: readonly ErrorClass[] = [
  FileTypeNotAcceptedError,
  FileTypeMismatchError,
  FileMalformedError,
  FileNameNotAcceptedError,
  InsufficientStorageError,
];
