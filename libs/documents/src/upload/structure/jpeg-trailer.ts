import { type BlobWindow } from './blob-window.js';
import { type ImageLimits } from './image-limits.js';

/** Canon's Digital Photo Professional appends its settings between two of these. */
const CANON = Buffer.from('CANON OPTIONAL DATA\0', 'latin1');
const CANON_FOOTER_BYTES = 64;

/**
 * The position after data that cameras append to a JPEG and that starts at `position`; null for other data. The known
 * trailers are those of Samsung, of Canon, and the film of a motion photo.
 */
export async function endOfKnownTrailer(
  file: BlobWindow,
  position: number,
  limits: ImageLimits,
): Promise<number | null> {
  if ((await isSamsung(file, position)) || (await isCanon(file, position))) return file.size;
  return endOfFilm(file, position, limits);
}

/** Data blocks, a directory of them that starts with `SEFH`, its length, and `SEFT` as the last bytes of the file. */
async function isSamsung(file: BlobWindow, position: number): Promise<boolean> {
  const last = await file.from(Math.max(position, file.size - 8), 8);
  if (last.length < 8 || last.toString('latin1', 4, 8) !== 'SEFT') return false;
  const length = last.readUInt32LE(0);
  const start = file.size - 8 - length;
  if (start < position || length < 12) return false;
  const directory = await file.from(start, 12);
  return directory.toString('latin1', 0, 4) === 'SEFH' && directory.readUInt32LE(8) * 12 + 12 === length;
}

async function isCanon(file: BlobWindow, position: number): Promise<boolean> {
  const footer = file.size - CANON_FOOTER_BYTES;
  if (footer < position) return false;
  const starts = async (at: number) => (await file.from(at, CANON.length)).indexOf(CANON) === 0;
  return (await starts(position)) && (await starts(footer));
}

/**
 * Boxes of an ISO base media file (ISO/IEC 14496-12, section 4.2), the first of type `ftyp`. The size before this name may
 * look like padding, so `position` may be inside it.
 */
async function endOfFilm(file: BlobWindow, position: number, limits: ImageLimits): Promise<number | null> {
  const name = (await file.between(position, position + 8)).indexOf('ftyp');
  if (name === -1) return null;
  let end = position + name - 4;
  for (;;) {
    const header = await file.from(end, 16);
    if (!/^[a-z0-9]{4}$/.test(header.toString('latin1', 4, 8))) return end;
    limits.countPart();
    const size = sizeOfBox(header, file.size - end);
    if (size === null) return null;
    end += size;
  }
}

/** Null if the box does not fit into the rest of the file. */
function sizeOfBox(header: Buffer, rest: number): number | null {
  const short = header.readUInt32BE(0);
  if (short === 0) return rest;
  if (short === 1 && header.length < 16) return null;
  const size = short === 1 ? Number(header.readBigUInt64BE(8)) : short;
  return size < 8 || size > rest ? null : size;
}
