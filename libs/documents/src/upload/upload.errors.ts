import {
  type ErrorClass,
  InsufficientStorageError,
  type ErrorOptions,
  UnsupportedMediaTypeError,
  ValidationError,
} from '#libs/kernel';

/** An error detail about the part `file`. */
export function aboutFile(detail: string): ErrorOptions {
  return { errors: [{ in: 'body', pointer: '/file', detail }] };
}

export class FileTypeNotAcceptedError extends UnsupportedMediaTypeError {
  static override readonly code: string = 'FILE_TYPE_NOT_ACCEPTED';
  static override readonly title: string = 'File type not accepted';
  static override readonly about: string =
    'The content of the file is not a PDF, PNG or JPEG, even if the file name has such an extension. Convert the document to one of these formats and upload the result.';

  constructor() {
    super('The file is not a PDF, PNG or JPEG', aboutFile('must be a PDF, PNG or JPEG'));
  }
}

export class FileTypeMismatchError extends ValidationError {
  static override readonly code: string = 'FILE_TYPE_MISMATCH';
  static override readonly title: string = 'The file types do not match';
  static override readonly about: string =
    'The extension of the file name, the Content-Type of the form part and the content of the file indicate different types. Rename the file, or send the matching Content-Type.';

  constructor(detail: string) {
    super(
      'The name, the declared type and the content of the file indicate different types',
      aboutFile(detail),
    );
  }
}

export class FileMalformedError extends ValidationError {
  static override readonly code: string = 'FILE_MALFORMED';
  static override readonly title: string = 'The file is damaged or contains other data';
  static override readonly about: string =
    'The file starts like a PDF, PNG or JPEG, but it is incomplete, damaged or empty, it contains other data before or after the document, or it is also an archive. Export the document again and upload the new file.';

  constructor(detail: string) {
    super('The structure of the file is not valid', aboutFile(detail));
  }
}

export class FileNameNotAcceptedError extends ValidationError {
  static override readonly code: string = 'FILE_NAME_NOT_ACCEPTED';
  static override readonly title: string = 'File name not accepted';
  static override readonly about: string =
    'The file name is missing, is longer than 255 characters, is not valid UTF-8, or contains control characters or bidirectional overrides, which can make it look like a different name. Rename the file.';

  constructor(detail: string) {
    super('The name of the file is not valid', aboutFile(detail));
  }
}

/** The additional problems of operations with an upload. */
export const UPLOAD_PROBLEMS: readonly ErrorClass[] = [
  FileTypeNotAcceptedError,
  FileTypeMismatchError,
  FileMalformedError,
  FileNameNotAcceptedError,
  InsufficientStorageError,
];
