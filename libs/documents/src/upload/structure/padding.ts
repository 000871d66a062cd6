import { BLOCK_BYTES, type BlobWindow } from './blob-window.js';

/** NUL and white space, which programs and transfers append to files. */
export function isPadding(byte: number | undefined): boolean {
  return byte === 0x00 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x20;
}

/** The position of the first byte from `start` that does not satisfy `skip`; the end of the file if all bytes do. */
export async function skipBytes(
  file: BlobWindow,
  start: number,
  skip: (byte: number | undefined) => boolean,
): Promise<number> {
  for (let position = start; position < file.size;) {
    const block = await file.between(position, position + BLOCK_BYTES);
    let at = 0;
    while (at < block.length && skip(block[at])) at++;
    position += at;
    if (at < block.length) return position;
  }
  return file.size;
}

/** The position after the last byte that is not padding. */
export async function endWithoutPadding(file: BlobWindow): Promise<number> {
  for (let end = file.size; end > 0;) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const block = await file.between(start, end);
    let at = block.length;
    while (at > 0 && isPadding(block[at - 1])) at--;
    if (at > 0) return start + at;
    end = start;
  }
  return 0;
}
