import { type BlobWindow } from './blob-window.js';
import { pixelComplaint } from './pixels.js';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum around the data of each chunk. */
const CHUNK_OVERHEAD = 12;
const CUT_OFF = 'is incomplete: the IEND chunk at the end of the PNG is missing';

/** What is wrong with a PNG, in words for the client, or null: its chunks (PNG, section 5.3) must end with the file. */
export async function pngComplaint(file: BlobWindow): Promise<string | null> {
  let position = SIGNATURE_BYTES;
  for (let index = 0; ; index++) {
    const header = await file.from(position, CHUNK_OVERHEAD + 8);
    if (header.length < CHUNK_OVERHEAD) return CUT_OFF;
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type) || (index === 0) !== (type === 'IHDR')) return 'is not a complete PNG';
    if (type === 'IHDR') {
      if (length !== 13 || header.length < 16) return 'is not a complete PNG';
      const complaint = pixelComplaint(header.readUInt32BE(8), header.readUInt32BE(12));
      if (complaint) return complaint;
    }
    position += CHUNK_OVERHEAD + length;
    if (position > file.size) return CUT_OFF;
    if (type === 'IEND') return position === file.size ? null : 'has other data after the end of the image';
  }
}
