import { FileMalformedError, FileTypeNotAcceptedError } from '../upload.errors.js';
import { type BlobWindow } from './blob-window.js';
import { ImageLimits } from './image-limits.js';
import { isPadding, skipBytes } from './padding.js';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Length, type and checksum around the data of each chunk. */
const CHUNK_OVERHEAD = 12;
const CUT_OFF = 'is incomplete: the IEND chunk at the end of the PNG is missing';
const BROKEN = 'is not a complete PNG';
const CHUNK_TYPE = /^[A-Za-z]{4}$/;

export function isPng(head: Buffer): boolean {
  return head.indexOf(SIGNATURE) === 0;
}

/**
 * The position after the IEND chunk of a PNG (PNG specification, section 5.3). Only padding may follow it. Throws
 * `FileMalformedError`, and `FileTypeNotAcceptedError` for an animation.
 */
export async function endOfPng(file: BlobWindow, maxPixels: number): Promise<number> {
  const limits = new ImageLimits(maxPixels);
  let imageBytes = 0;
  let position = SIGNATURE.length;
  for (let index = 0; ; index++) {
    limits.countPart();
    const header = await file.from(position, CHUNK_OVERHEAD + 8);
    if (header.length < CHUNK_OVERHEAD) throw new FileMalformedError(CUT_OFF);
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    if (!CHUNK_TYPE.test(type) || (index === 0) !== (type === 'IHDR')) throw new FileMalformedError(BROKEN);
    if (type === 'acTL') throw new FileTypeNotAcceptedError();
    if (type === 'IHDR') {
      if (length !== 13 || header.length < 16) throw new FileMalformedError(BROKEN);
      limits.checkPixels(header.readUInt32BE(8), header.readUInt32BE(12));
    }
    if (type === 'IDAT') imageBytes += length;
    position += CHUNK_OVERHEAD + length;
    if (position > file.size) throw new FileMalformedError(CUT_OFF);
    if (type === 'IEND') break;
  }
  if (imageBytes === 0) throw new FileMalformedError('contains no image');
  if ((await skipBytes(file, position, isPadding)) < file.size)
    throw new FileMalformedError('has other data after the end of the image');
  return position;
}
