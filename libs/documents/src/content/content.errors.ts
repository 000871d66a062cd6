import { AppError, InternalError } from '#libs/kernel';

export class ContentDamagedError extends InternalError {
  static override readonly code: string = 'CONTENT_DAMAGED';
  static override readonly title: string = 'The stored bytes are damaged';
  static override readonly about: string =
    'The stored bytes are no longer those that were uploaded: their SHA-256 or their length differs. They are not served. The operator has to restore the file from a backup; asking again changes nothing until then.';

  constructor(options?: ConstructorParameters<typeof InternalError>[1]) {
    super('The stored bytes are not those that were uploaded, so they are not served', options);
  }
}

export class RangeNotSatisfiableError extends AppError {
  static override readonly code: string = 'RANGE_NOT_SATISFIABLE';
  static override readonly status: number = 416;
  static override readonly title: string = 'Range not satisfiable';
  static override readonly about: string =
    'The range that was asked for begins behind the last byte. Content-Range says how many bytes there are.';

  constructor(size: number) {
    super(`The document has ${size} bytes`, { headers: { 'content-range': `bytes */${size}` } });
  }
}
