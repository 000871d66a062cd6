import { type FileHandle } from 'node:fs/promises';
import { type Entry } from 'yauzl';
import { Broken, CannotCheck } from '#libs/log-check';

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const VERSION = 20;
/** Not compressed: the same content can be compressed in more than one way. */
const STORED = 0;
/** Made on Unix, with version 6.3 of the format. */
const MADE_BY = 0x033f;
/** The name is UTF-8, and a data descriptor follows the content. */
const FLAGS = 0x0808;
/** A regular file, `rw-r--r--`. */
const MODE = 0o100_644 * 2 ** 16;
/** Larger archives need ZIP64, which allows more than one encoding. */
const ZIP64_BYTES = 2 ** 32;
/** The head of the extra field "extended timestamp"; four bytes of seconds follow. */
const TIME_FIELD = Buffer.from('5554050003', 'hex');
const TIME_FIELD_BYTES = 9;

/**
 * Checks that the envelope of a ZIP file (PKWARE APPNOTE sections 4.3 and 4.4) is exactly what the server writes: entries
 * without gaps, the one allowed value in each field, the same date on all entries. The envelope says nothing about the
 * document; with this check, any single flipped bit in the file is reported. Throws `Broken`, and `CannotCheck` for a file of
 * 4 GiB or more.
 */
export async function checkEnvelope(
  zip: FileHandle,
  where: string,
  entries: readonly Entry[],
): Promise<void> {
  const { size } = await zip.stat();
  if (size >= ZIP64_BYTES)
    throw new CannotCheck(`${where} has 4 GiB or more; unpack it and verify the folder`);
  const expectBytes = async (what: string, at: number, expected: Buffer): Promise<void> => {
    const { buffer, bytesRead } = await zip.read(Buffer.alloc(expected.length), 0, expected.length, at);
    if (bytesRead !== expected.length || !buffer.equals(expected)) {
      throw new Broken(
        where,
        `${what} differs from what the server writes; if it was repacked, unpack it and verify the folder`,
      );
    }
  };
  const [first] = entries;
  let at = 0;
  for (const entry of entries) {
    const name = entry.fileName;
    const hasSameDate = first && dateOf(entry).equals(dateOf(first));
    if (!hasSameDate || entry.relativeOffsetOfLocalHeader !== at || entry.compressionMethod !== STORED) {
      throw new Broken(where, `the entry of ${name} differs from what the server writes`);
    }
    await expectBytes(`the header of ${name}`, at, localHeaderOf(entry));
    at += LOCAL_BYTES + entry.fileNameRaw.length + entry.compressedSize;
    const sizes = sizesOf(entry);
    await expectBytes(
      `the data descriptor of ${name}`,
      at,
      Buffer.concat([Buffer.from('PK\u0007\u0008'), sizes]),
    );
    at += 4 + sizes.length;
  }
  const begin = at;
  for (const entry of entries) {
    const record = centralRecordOf(entry);
    await expectBytes(`the entry of ${entry.fileName}`, at, record);
    at += record.length;
  }
  await expectBytes('its end record', at, endOf(entries.length, begin, at));
  if (size !== at + END_BYTES) throw new Broken(where, 'it has bytes after its end record');
}

/** The date of an entry in both encodings: the MS-DOS date, and the seconds of the extended timestamp. */
function dateOf(entry: Entry): Buffer {
  const dos = Buffer.alloc(4);
  dos.writeUInt16LE(entry.lastModFileTime, 0);
  dos.writeUInt16LE(entry.lastModFileDate, 2);
  return Buffer.concat([dos, entry.extraFieldRaw.subarray(TIME_FIELD.length, TIME_FIELD_BYTES)]);
}

function sizesOf({ compressedSize, crc32, uncompressedSize }: Entry): Buffer {
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32, 0);
  sizes.writeUInt32LE(compressedSize % 2 ** 32, 4);
  sizes.writeUInt32LE(uncompressedSize % 2 ** 32, 8);
  return sizes;
}

/** The fields that both headers have: version, flags, method, time and date. */
function commonOf(entry: Entry): Buffer {
  const common = Buffer.alloc(6);
  common.writeUInt16LE(VERSION, 0);
  common.writeUInt16LE(FLAGS, 2);
  common.writeUInt16LE(STORED, 4);
  return Buffer.concat([common, dateOf(entry).subarray(0, 4)]);
}

function localHeaderOf(entry: Entry): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES);
  header.write('PK\u0003\u0004', 'latin1');
  commonOf(entry).copy(header, 4);
  header.writeUInt16LE(entry.fileNameRaw.length, 26);
  return Buffer.concat([header, entry.fileNameRaw]);
}

function centralRecordOf(entry: Entry): Buffer {
  const record = Buffer.alloc(CENTRAL_BYTES);
  record.write('PK\u0001\u0002', 'latin1');
  record.writeUInt16LE(MADE_BY, 4);
  commonOf(entry).copy(record, 6);
  sizesOf(entry).copy(record, 16);
  record.writeUInt16LE(entry.fileNameRaw.length, 28);
  record.writeUInt16LE(TIME_FIELD_BYTES, 30);
  record.writeUInt32LE(MODE, 38);
  record.writeUInt32LE(entry.relativeOffsetOfLocalHeader % 2 ** 32, 42);
  const time = entry.extraFieldRaw.subarray(TIME_FIELD.length, TIME_FIELD_BYTES);
  return Buffer.concat([record, entry.fileNameRaw, TIME_FIELD, time]);
}

function endOf(count: number, begin: number, end: number): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.write('PK\u0005\u0006', 'latin1');
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE((end - begin) % 2 ** 32, 12);
  record.writeUInt32LE(begin % 2 ** 32, 16);
  return record;
}
