import { type BlobWindow } from './blob-window.js';

/** Readers look for the end marker in the last 1024 bytes (PDF 1.7 implementation note 18). */
const TAIL_BYTES = 1024;
const HEAD_BYTES = 1024;

/** Checks both ends of a PDF, and stricter than readers its start. Returns a message for the client, or null. */
export async function pdfFault(file: BlobWindow): Promise<string | null> {
  const head = await file.from(0, 8);
  if (!/^%PDF-[12]\.\d/.test(head.toString('latin1', 0, 8))) return 'must start with %PDF- and a version';
  if (!(await file.tail(TAIL_BYTES)).includes('%%EOF'))
    return 'must end with %%EOF: it is incomplete or has other data after its end';
  return null;
}

/** Whether a PDF starts inside the file: readers accept its header anywhere in the first 1024 bytes. */
export async function hidesPdf(file: BlobWindow): Promise<boolean> {
  const head = (await file.from(0, HEAD_BYTES)).subarray(0, HEAD_BYTES);
  return head.indexOf('%PDF-', 1) !== -1;
}
