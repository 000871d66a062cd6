import { type BlobWindow } from './structure/blob-window.js';
import { jpegFault, pngFault } from './structure/images.js';
import { pdfFault } from './structure/pdf.js';

/** A file type that is accepted, and how it is recognised, checked and served. */
export interface AcceptedType {
  /** The media type that is stored and served: always from this table, never from the client. */
  readonly mediaType: string;
  /** Allowed file name extensions without the dot; the first is the default. */
  readonly extensions: readonly string[];
  /** Other media types that clients send for this type. */
  readonly aliases: readonly string[];
  /** The problem with the structure of the file, as a message for the client; null if there is none. */
  readonly findFault: (file: BlobWindow) => Promise<string | null>;
}

/** Everything that may be uploaded; `docs/uploads.md` shows this table. */
export const ACCEPTED_TYPES: readonly AcceptedType[] = [
  {
    mediaType: 'application/pdf',
    extensions: ['pdf'],
    aliases: ['application/x-pdf'],
    findFault: pdfFault,
  },
  { mediaType: 'image/png', extensions: ['png'], aliases: ['image/x-png'], findFault: pngFault },
  {
    mediaType: 'image/jpeg',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    aliases: ['image/jpg', 'image/pjpeg'],
    findFault: jpegFault,
  },
];

/** Sent by clients that do not know the type. `text/plain` is the default of RFC 7578, section 4.4. */
export const UNDECLARED_TYPES: readonly string[] = ['application/octet-stream', 'text/plain', ''];
