import { type BlobWindow } from './blob-window.js';
import { pixelComplaint } from './pixels.js';

const MARKER = 0xff;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP2 = 0xe2;
const CUT_OFF = 'is incomplete: the EOI marker at the end of the JPEG is missing';
const BROKEN = 'is not a complete JPEG';
const SCAN_BYTES = 64 * 1024;

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

interface Walk {
  /** Behind the EOI marker. */
  end: number;
  /** The image says that others follow it (Multi-Picture Format, CIPA DC-007). */
  multiPicture: boolean;
}

/**
 * What is wrong with a JPEG, in words for the client, or null: its segments (ITU-T T.81, annex B) must end with the file.
 * Behind the first image only further images may stand, and only where it announces them, as phones do.
 */
export async function jpegComplaint(file: BlobWindow): Promise<string | null> {
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
  if (!(await startsImage(file, start))) return BROKEN;
  let multiPicture = false;
  for (let position = start + 2; ;) {
    const bytes = await file.from(position, 10);
    const [first, marker, high, low] = bytes;
    if (first === undefined || marker === undefined) return CUT_OFF;
    if (first !== MARKER || marker === 0x00 || marker === SOI) return BROKEN;
    if (marker === EOI) return { end: position + 2, multiPicture };
    if (marker === MARKER) {
      position += 1;
      continue;
    }
    if (standsAlone(marker)) {
      position += 2;
      continue;
    }
    if (high === undefined || low === undefined) return CUT_OFF;
    const length = high * 256 + low;
    if (length < 2) return BROKEN;
    if (isFrame(marker) && bytes.length >= 9) {
      const complaint = pixelComplaint(bytes.readUInt16BE(7), bytes.readUInt16BE(5));
      if (complaint) return complaint;
    }
    if (marker === APP2 && bytes.toString('latin1', 4, 8) === 'MPF\0') multiPicture = true;
    position += 2 + length;
    if (marker === SOS) position = await endOfScan(file, position);
  }
}

/** Where the next marker stands that is neither stuffing nor a restart; the end of the file without one. */
async function endOfScan(file: BlobWindow, start: number): Promise<number> {
  for (let position = start; position < file.size;) {
    const bytes = await file.from(position, 2);
    const window = bytes.subarray(0, SCAN_BYTES);
    let at = window.indexOf(MARKER);
    for (; at !== -1 && at + 1 < window.length; at = window.indexOf(MARKER, at + 1)) {
      const next = window[at + 1] ?? 0;
      if (next !== 0x00 && next !== MARKER && !standsAlone(next)) return position + at;
    }
    // A marker may lie across two windows.
    position += at === -1 || window.length < 2 ? window.length : window.length - 1;
  }
  return file.size;
}
