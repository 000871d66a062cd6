import { type BlobWindow } from './blob-window.js';

/** More than cameras and scanners produce. A PNG of a few KiB can declare far more and exhaust the program that opens it. */
const MAX_PIXELS = 50 * 1024 ** 2;

const PNG_SIGNATURE_BYTES = 8;
/** Length, type and checksum around the data of each chunk. */
const PNG_CHUNK_OVERHEAD = 12;
const PNG_CUT_OFF = 'is incomplete: the IEND chunk at the end of the PNG is missing';

/** Checks the chunks of a PNG (section 5.3): the last must end with the file. Returns a message for the client, or null. */
export async function pngFault(file: BlobWindow): Promise<string | null> {
  let position = PNG_SIGNATURE_BYTES;
  for (let index = 0; ; index++) {
    const header = await file.from(position, PNG_CHUNK_OVERHEAD + 8);
    if (header.length < PNG_CHUNK_OVERHEAD) return PNG_CUT_OFF;
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type) || (index === 0) !== (type === 'IHDR')) return 'is not a complete PNG';
    if (type === 'IHDR') {
      if (length !== 13 || header.length < 16) return 'is not a complete PNG';
      const fault = pixelFault(header.readUInt32BE(8), header.readUInt32BE(12));
      if (fault) return fault;
    }
    position += PNG_CHUNK_OVERHEAD + length;
    if (position > file.size) return PNG_CUT_OFF;
    if (type === 'IEND') return position === file.size ? null : 'has other data after the end of the image';
  }
}

const MARKER = 0xff;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP2 = 0xe2;
const JPEG_CUT_OFF = 'is incomplete: the EOI marker at the end of the JPEG is missing';
const JPEG_BROKEN = 'is not a complete JPEG';
const SCAN_BYTES = 64 * 1024;

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

interface Walk {
  /** The position after the EOI marker. */
  end: number;
  /** The image announces further images (Multi-Picture Format, CIPA DC-007). */
  multiPicture: boolean;
}

/**
 * Checks the segments of a JPEG (ITU-T T.81, annex B): the last must end with the file. Returns a message for the client, or
 * null. Only further images may follow the first, and only if it announces them, as phones do.
 */
export async function jpegFault(file: BlobWindow): Promise<string | null> {
  let position = 0;
  let multiPicture = false;
  do {
    const walk = await walkImage(file, position);
    if (typeof walk === 'string') return walk;
    if (position === 0) multiPicture = walk.multiPicture;
    position = walk.end;
  } while (position < file.size && multiPicture && (await startsImage(file, position)));
  return position === file.size ? null : 'has other data after the end of the image';
}

async function startsImage(file: BlobWindow, position: number): Promise<boolean> {
  const [first, second] = await file.from(position, 2);
  return first === MARKER && second === SOI;
}

async function walkImage(file: BlobWindow, start: number): Promise<Walk | string> {
  if (!(await startsImage(file, start))) return JPEG_BROKEN;
  let multiPicture = false;
  for (let position = start + 2; ;) {
    const bytes = await file.from(position, 10);
    const [first, marker, high, low] = bytes;
    if (first === undefined || marker === undefined) return JPEG_CUT_OFF;
    if (first !== MARKER || marker === 0x00 || marker === SOI) return JPEG_BROKEN;
    if (marker === EOI) return { end: position + 2, multiPicture };
    if (marker === MARKER) {
      position += 1;
      continue;
    }
    if (standsAlone(marker)) {
      position += 2;
      continue;
    }
    if (high === undefined || low === undefined) return JPEG_CUT_OFF;
    const length = high * 256 + low;
    if (length < 2) return JPEG_BROKEN;
    if (isFrame(marker) && bytes.length >= 9) {
      const fault = pixelFault(bytes.readUInt16BE(7), bytes.readUInt16BE(5));
      if (fault) return fault;
    }
    if (marker === APP2 && bytes.toString('latin1', 4, 8) === 'MPF\0') multiPicture = true;
    position += 2 + length;
    if (marker === SOS) position = await endOfScan(file, position);
  }
}

/** The position of the next marker that is neither stuffing nor a restart; the end of the file if there is none. */
async function endOfScan(file: BlobWindow, start: number): Promise<number> {
  for (let position = start; position < file.size;) {
    const bytes = await file.from(position, 2);
    const window = bytes.subarray(0, SCAN_BYTES);
    let at = window.indexOf(MARKER);
    for (; at !== -1 && at + 1 < window.length; at = window.indexOf(MARKER, at + 1)) {
      const next = window[at + 1] ?? 0;
      if (next !== 0x00 && next !== MARKER && !standsAlone(next)) return position + at;
    }
    // A marker may cross the border of two windows.
    position += at === -1 || window.length < 2 ? window.length : window.length - 1;
  }
  return file.size;
}

function pixelFault(width: number, height: number): string | null {
  if (width === 0 || height === 0) return 'must have at least one pixel';
  return width * height > MAX_PIXELS ? `must have at most ${MAX_PIXELS} pixels` : null;
}
