import { FileMalformedError } from '../upload.errors.js';
import { BLOCK_BYTES, type BlobWindow } from './blob-window.js';
import { endWithoutPadding } from './padding.js';

/** Readers look for the header in the first 1024 bytes and for the end marker in the last 1024 bytes (ISO 32000-1, annex H). */
const END_BYTES = 1024;
const HEADER = /^(?:\xef\xbb\xbf)?[\t\n\f\r ]*%PDF-/;
const HEADER_WITH_VERSION = /^(?:\xef\xbb\xbf)?[\t\n\f\r ]*%PDF-[12]\.\d/;
const END_MARKER = '%%EOF';
const OBJECT = 'obj';

export function isPdf(head: Buffer): boolean {
  return HEADER.test(head.toString('latin1', 0, END_BYTES));
}

/** The position after the last end marker of a PDF and its line end. Throws `FileMalformedError`. Reads no objects. */
export async function endOfPdf(file: BlobWindow): Promise<number> {
  const head = await file.between(0, END_BYTES);
  if (!HEADER_WITH_VERSION.test(head.toString('latin1')))
    throw new FileMalformedError('must start with %PDF- and a version');
  const padding = await endWithoutPadding(file);
  const start = Math.max(0, padding - END_BYTES);
  const last = await file.between(start, file.size);
  const marker = last.subarray(0, padding - start).lastIndexOf(END_MARKER);
  if (marker === -1)
    throw new FileMalformedError('must end with %%EOF: it is incomplete or has other data after its end');
  if (!(await contains(file, OBJECT))) throw new FileMalformedError('contains no objects, so it has no page');
  const end = marker + END_MARKER.length;
  return start + end + (/^(?:\r\n|\r|\n)?/.exec(last.toString('latin1', end, end + 2))?.[0].length ?? 0);
}

async function contains(file: BlobWindow, text: string): Promise<boolean> {
  for (let position = 0; position < file.size; position += BLOCK_BYTES) {
    if ((await file.between(position, position + BLOCK_BYTES + text.length - 1)).includes(text)) return true;
  }
  return false;
}

/** Whether a PDF starts inside the file: readers accept its header anywhere in the first 1024 bytes. */
export async function hidesPdf(file: BlobWindow): Promise<boolean> {
  return (await file.between(0, END_BYTES)).indexOf('%PDF-', 1) !== -1;
}
