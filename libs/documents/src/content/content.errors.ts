import { AppError, InternalError } from '#libs/kernel';

export class ContentDamagedError extends InternalError {
  static override readonly code: string = 'CONTENT_DAMAGED';
  static override readonly title: string = 'The stored bytes are damaged';
  static override readonly about: string =
    'The SHA-256 or the length of the stored bytes differs from that of the uploaded bytes, so the server does not send them. The operator must restore the file from a backup. Until then a retry does not help.';

  constructor(options?: ConstructorParameters<typeof InternalError>[1]) {
    super('The stored bytes differ from the uploaded bytes, so they are not sent', options);
  }
}

export class RangeNotSatisfiableError extends AppError {
  static override readonly code: string = 'RANGE_NOT_SATISFIABLE';
  static override readonly status: number = 416;
  static override readonly title: string = 'Range not satisfiable';
  static override readonly about: string =
    'The requested range starts after the last byte. Content-Range states the size of the file.';

  constructor(size: number) {
    super(`The document has ${size} bytes`, { headers: { 'content-range': `bytes */${size}` } });
  }
}
