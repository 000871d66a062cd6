import { type BlobWindow } from './structure/blob-window.js';
import { jpegComplaint, pngComplaint } from './structure/images.js';
import { pdfComplaint } from './structure/pdf.js';

/** A kind of file that is taken, and how it is recognised, checked and served. */
export interface AcceptedType {
  /** What the bytes are stored and served as; always from this table, never what a client said. */
  readonly mediaType: string;
  /** Names without the dot that a file of this type may have; the first is the usual one. */
  readonly extensions: readonly string[];
  /** Other words for the type that clients use for it. */
  readonly aliases: readonly string[];
  /** What is wrong with such a file, in words for the client, or null. */
  readonly complaint: (file: BlobWindow) => Promise<string | null>;
}

/** Everything that may be uploaded; `docs/uploads.md` shows this table. */
export const ACCEPTED_TYPES: readonly AcceptedType[] = [
  {
    mediaType: 'application/pdf',
    extensions: ['pdf'],
    aliases: ['application/x-pdf'],
    complaint: pdfComplaint,
  },
  { mediaType: 'image/png', extensions: ['png'], aliases: ['image/x-png'], complaint: pngComplaint },
  {
    mediaType: 'image/jpeg',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
    aliases: ['image/jpg', 'image/pjpeg'],
    complaint: jpegComplaint,
  },
];

/** What clients write when they do not know the type; `text/plain` is what RFC 7578, section 4.4, means by none. */
export const UNDECLARED_TYPES: readonly string[] = ['application/octet-stream', 'text/plain', ''];
