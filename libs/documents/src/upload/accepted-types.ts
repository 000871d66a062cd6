import { type BlobWindow } from './structure/blob-window.js';
import { endOfJpeg, isJpeg } from './structure/jpeg.js';
import { endOfPdf, isPdf } from './structure/pdf.js';
import { endOfPng, isPng } from './structure/png.js';

/** A file type that is accepted, and how it is recognised, checked and served. */
export interface AcceptedType {
  /** The media type that is stored and served: always from this table, never from the client. */
  readonly mediaType: string;
  /** Allowed file name extensions without the dot; the first is the default. */
  readonly extensions: readonly string[];
  /** Other media types that clients send for this type. */
  readonly aliases: readonly string[];
  /** Whether a file that starts with these bytes has the signature of this type. */
  readonly hasSignature: (head: Buffer) => boolean;
  /** The position after the last byte of the document. Throws `FileMalformedError` if its structure is not valid. */
  readonly endOf: (file: BlobWindow, maxPixels: number) => Promise<number>;
  /** Whether archives inside the file are attachments. */
  readonly mayAttach: boolean;
}

/** Everything that may be uploaded; `docs/uploads.md` shows this table. */
export const ACCEPTED_TYPES: readonly AcceptedType[] = [
  {
    mediaType: 'application/pdf',
    extensions: ['pdf'],
    aliases: ['application/x-pdf', 'application/acrobat', 'application/vnd.pdf', 'text/pdf'],
    hasSignature: isPdf,
    endOf: endOfPdf,
    mayAttach: true,
  },
  {
    mediaType: 'image/png',
    extensions: ['png'],
    aliases: ['image/x-png'],
    hasSignature: isPng,
    endOf: endOfPng,
    mayAttach: false,
  },
  {
    mediaType: 'image/jpeg',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    aliases: ['image/jpg', 'image/pjpeg', 'image/mpo'],
    hasSignature: isJpeg,
    endOf: endOfJpeg,
    mayAttach: false,
  },
];

/** Sent by clients that do not know the type. `text/plain` is the default of RFC 7578, section 4.4. */
const UNDECLARED_TYPES: readonly string[] = [
  'application/octet-stream',
  'application/x-octet-stream',
  'binary/octet-stream',
  'application/download',
  'application/x-download',
  'application/force-download',
  'application/unknown',
  'application/*',
  'image/*',
  '*/*',
  'text/plain',
];

/** Whether the `Content-Type` of a form part states a type. A value without a subtype does not (RFC 9110, section 8.3.1). */
export function declaresType(declared: string): boolean {
  return declared.includes('/') && !UNDECLARED_TYPES.includes(declared);
}
