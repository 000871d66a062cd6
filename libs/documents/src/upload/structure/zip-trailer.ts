import { type BlobWindow } from './blob-window.js';

const END_OF_CENTRAL_DIRECTORY = Buffer.from('PK\x05\x06', 'latin1');
const RECORD_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;

/**
 * Whether ZIP tools would open the file: they read it from its end (APPNOTE.TXT, 4.3.16), so a file of a different
 * type can also be an archive. Random bytes pass with a probability of 2^-64 per position.
 */
export async function hasZipTrailer(file: BlobWindow): Promise<boolean> {
  const tail = await file.tail(RECORD_BYTES + MAX_COMMENT_BYTES);
  for (
    let at = tail.lastIndexOf(END_OF_CENTRAL_DIRECTORY);
    at !== -1;
    at = at === 0 ? -1 : tail.lastIndexOf(END_OF_CENTRAL_DIRECTORY, at - 1)
  ) {
    if (at + RECORD_BYTES <= tail.length && isRecord(tail.subarray(at))) return true;
  }
  return false;
}

function isRecord(bytes: Buffer): boolean {
  const disks = [bytes.readUInt16LE(4), bytes.readUInt16LE(6)];
  const entries = [bytes.readUInt16LE(8), bytes.readUInt16LE(10)];
  return (
    disks.every((disk) => disk === 0 || disk === 0xffff) &&
    entries[0] === entries[1] &&
    RECORD_BYTES + bytes.readUInt16LE(20) <= bytes.length
  );
}
