import { type BlobWindow } from './blob-window.js';

const SCAN_BYTES = 512 * 1024;
/** Blocks overlap by this: longer than a record, and longer than `stream` and its line end before an attachment. */
const OVERLAP = 64;
/** Signatures that prove nothing. Chance makes one in 4 GiB. */
const MAX_COINCIDENCES = 1000;

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const ZIP_FILE = latin1('PK\x03\x04');
const ZIP_DIRECTORY = latin1('PK\x01\x02');
const ZIP_END = latin1('PK\x05\x06');
const ZIP64_LOCATOR = latin1('PK\x06\x07');
const OTHERS = ['Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', 'MSCF\0\0\0\0'].map(latin1);
const SIGNATURES = [ZIP_FILE, ZIP_END, ...OTHERS];
const ISO_9660 = { at: 0x8001, signature: latin1('CD001') };

/** The beginnings of all signatures, short ones because their search is the fastest. */
const SCREENED = ['PK\x03\x04', 'PK\x05\x06', 'Rar!', '7z\xbc\xaf', 'MSCF', 'CD001'].map(latin1);
const LONGEST_SCREENED = 5;

/** Looks for signatures of archives while a file arrives, so that a file without any is not read again. */
export class ArchiveScreen {
  /** Whether a signature occurred; it may still be a coincidence. */
  seen = false;
  private before = Buffer.alloc(0);

  add(chunk: Buffer): void {
    if (this.seen) return;
    const seam = Buffer.concat([this.before, chunk.subarray(0, LONGEST_SCREENED - 1)]);
    this.seen = [seam, chunk].some((bytes) => SCREENED.some((signature) => bytes.includes(signature)));
    const end = chunk.length < LONGEST_SCREENED ? Buffer.concat([this.before, chunk]) : chunk;
    this.before = Buffer.from(end.subarray(1 - LONGEST_SCREENED));
  }
}

/**
 * Whether a program for archives would open the file: such programs look for an archive anywhere in it. An archive that is
 * the data of a PDF stream is an attachment, and does not count if `mayAttach`. Reads the file once, or only its beginning if
 * the screen of the whole file saw no signature.
 */
export async function isAlsoArchive(
  file: BlobWindow,
  mayAttach: boolean,
  screen: Pick<ArchiveScreen, 'seen'> = { seen: true },
): Promise<boolean> {
  const { at, signature } = ISO_9660;
  if (isTar(await file.between(0, 512))) return true;
  if (!screen.seen) return false;
  return (
    (await file.between(at, at + signature.length)).equals(signature) ||
    (await new ArchiveSearch(file, mayAttach).finds())
  );
}

/** All versions of TAR contain the checksum of the first header in octal digits, computed with blanks in its place. */
function isTar(header: Buffer): boolean {
  const stated = /^[ 0]*([0-7]{1,7})[ \0]/.exec(header.toString('latin1', 148, 156))?.[1];
  if (header.length < 512 || stated === undefined) return false;
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return Number.parseInt(stated, 8) === sum;
}

class ArchiveSearch {
  /** The start of an attached ZIP archive whose end has not been found yet. */
  private attachment: number | null = null;
  private coincidences = 0;

  constructor(
    private readonly file: BlobWindow,
    private readonly mayAttach: boolean,
  ) {}

  async finds(): Promise<boolean> {
    for (let start = 0; start < this.file.size; start += SCAN_BYTES) {
      const before = Math.min(start, OVERLAP);
      const block = await this.file.between(start - before, start + SCAN_BYTES + OVERLAP);
      if (await this.findsIn(block, start - before, before)) return true;
    }
    return this.attachment !== null;
  }

  /** Examines the signatures that begin in the `SCAN_BYTES` bytes of the block from `first`, in their order. */
  private async findsIn(block: Buffer, offset: number, first: number): Promise<boolean> {
    const next = SIGNATURES.map((signature) => block.indexOf(signature, first));
    for (;;) {
      // The files inside an attachment are skipped.
      if (this.attachment !== null) next[0] = -1;
      const at = Math.min(...next.filter((position) => position !== -1));
      const index = next.indexOf(at);
      const signature = SIGNATURES[index];
      if (!signature || at >= first + SCAN_BYTES) return false;
      const wasOpen = this.attachment !== null;
      if (await this.isArchive(signature, block, at, offset)) return true;
      if (this.coincidences > MAX_COINCIDENCES) return true;
      next[index] = block.indexOf(signature, at + 1);
      if (wasOpen && this.attachment === null) next[0] = block.indexOf(ZIP_FILE, at + 1);
    }
  }

  private async isArchive(signature: Buffer, block: Buffer, at: number, offset: number): Promise<boolean> {
    const found = block.subarray(at);
    if (signature === ZIP_END) return this.isEndOfZip(found, offset + at);
    if (this.attachment !== null || (signature === ZIP_FILE && !isZipFile(found))) return this.coincidence();
    if (!this.mayAttach || !/stream\r?\n$/.test(block.toString('latin1', Math.max(0, at - 8), at)))
      return true;
    if (signature === ZIP_FILE) this.attachment = offset + at;
    return false;
  }

  /** APPNOTE.TXT, 4.3.16. Programs do not rely on counts, disk numbers and comment, but they need the directory. */
  private async isEndOfZip(record: Buffer, position: number): Promise<boolean> {
    if (record.length < 22) return false;
    const [size, offset] = [record.readUInt32LE(12), record.readUInt32LE(16)];
    const isEmpty = record.subarray(4, 20).every((byte) => byte === 0);
    const isZip64 = await this.holds(ZIP64_LOCATOR, position - 20);
    const isEnd =
      isEmpty ||
      isZip64 ||
      (await this.holds(ZIP_DIRECTORY, position - size)) ||
      (await this.holds(ZIP_DIRECTORY, offset));
    if (!isEnd) return this.coincidence();
    const start = position - size - offset;
    if (this.attachment === null || (start < this.attachment && !isZip64)) return true;
    // An archive that starts later is a file inside the attachment.
    if (start === this.attachment || isZip64) this.attachment = null;
    return false;
  }

  private async holds(signature: Buffer, position: number): Promise<boolean> {
    return position >= 0 && (await this.file.between(position, position + 4)).equals(signature);
  }

  private coincidence(): false {
    this.coincidences += 1;
    return false;
  }
}

/** APPNOTE.TXT, 4.3.7. The fields must be plausible, because the four bytes of the signature occur by chance. */
function isZipFile(header: Buffer): boolean {
  if (header.length < 30) return false;
  const [version, method, nameLength] = [
    header.readUInt8(4),
    header.readUInt16LE(8),
    header.readUInt16LE(26),
  ];
  return version <= 100 && method < 100 && nameLength >= 1 && nameLength <= 1024;
}
