import { FileMalformedError } from '../upload.errors.js';
import { BLOCK_BYTES, type BlobWindow } from './blob-window.js';
import { ImageLimits } from './image-limits.js';
import { endOfKnownTrailer } from './jpeg-trailer.js';
import { isPadding, skipBytes } from './padding.js';

const MARKER = 0xff;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const CUT_OFF = 'is incomplete: the EOI marker at the end of the JPEG is missing';
const BROKEN = 'is not a complete JPEG';

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const isFill = (byte: number | undefined): boolean => byte === MARKER;

export function isJpeg(head: Buffer): boolean {
  return head[0] === MARKER && head[1] === SOI && head[2] === MARKER;
}

/**
 * The position after the EOI marker of the first image (ITU-T T.81, annex B). Further images, known trailers of cameras and
 * padding may follow it. Throws `FileMalformedError`.
 */
export async function endOfJpeg(file: BlobWindow, maxPixels: number): Promise<number> {
  const limits = new ImageLimits(maxPixels);
  const end = await endOfImage(file, 0, limits);
  for (let position = end; ;) {
    position = await skipBytes(file, position, isPadding);
    if (position === file.size) return end;
    const next = (await startsImage(file, position))
      ? await endOfImage(file, position, limits)
      : await endOfKnownTrailer(file, position, limits);
    if (next === null) throw new FileMalformedError('has other data after the end of the image');
    position = next;
  }
}

async function startsImage(file: BlobWindow, position: number): Promise<boolean> {
  const [first, second] = await file.from(position, 2);
  return first === MARKER && second === SOI;
}

/** Walks the segments of one image. The position after its EOI marker. */
async function endOfImage(file: BlobWindow, start: number, limits: ImageLimits): Promise<number> {
  if (!(await startsImage(file, start))) throw new FileMalformedError(BROKEN);
  let [hasFrame, scanBytes] = [false, 0];
  for (let position = start + 2; ;) {
    limits.countPart();
    const bytes = await file.from(position, 10);
    const [first, marker, high, low] = bytes;
    if (first === undefined || marker === undefined) throw new FileMalformedError(CUT_OFF);
    if (first !== MARKER || marker === 0x00 || marker === SOI) throw new FileMalformedError(BROKEN);
    if (marker === EOI) {
      if (!hasFrame || scanBytes === 0) throw new FileMalformedError('contains no image');
      return position + 2;
    }
    if (marker === MARKER) {
      position = (await skipBytes(file, position, isFill)) - 1;
      continue;
    }
    if (standsAlone(marker)) {
      position += 2;
      continue;
    }
    if (high === undefined || low === undefined) throw new FileMalformedError(CUT_OFF);
    const length = high * 256 + low;
    if (length < 2) throw new FileMalformedError(BROKEN);
    if (isFrame(marker) && bytes.length >= 9) {
      limits.checkPixels(bytes.readUInt16BE(7), bytes.readUInt16BE(5));
      hasFrame = true;
    }
    position += 2 + length;
    if (marker === SOS) {
      const scan = position;
      position = await endOfScan(file, scan);
      scanBytes += position - scan;
    }
  }
}

/** The position of the next marker that is neither stuffing nor a restart; the end of the file if there is none. */
async function endOfScan(file: BlobWindow, start: number): Promise<number> {
  for (let position = start; position < file.size;) {
    const block = await file.from(position, 2);
    const length = Math.min(block.length, BLOCK_BYTES);
    for (let at = 0; at + 1 < length; at++) {
      if (block[at] !== MARKER) continue;
      const next = block[at + 1] ?? 0;
      if (next !== 0x00 && next !== MARKER && !standsAlone(next)) return position + at;
    }
    // A marker may cross the border of two blocks.
    position += Math.max(1, length - 1);
  }
  return file.size;
}
