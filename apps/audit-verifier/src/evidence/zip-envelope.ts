import { type FileHandle } from 'node:fs/promises';
import { type Entry } from 'yauzl';
import { Broken, CannotCheck } from '../findings.js';

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const VERSION = 20;
/** Not compressed: what is compressed can be written in more than one way. */
const STORED = 0;
/** Made on Unix, by version 6.3 of the format. */
const MADE_BY = 0x033f;
/** The name is UTF-8, and sizes follow the content. */
const FLAGS = 0x0808;
/** An ordinary file, `rw-r--r--`. */
const MODE = 0o100_644 * 2 ** 16;
/** From here on sizes are written elsewhere (ZIP64), in more than one way. */
const ZIP64_BYTES = 2 ** 32;
/** Identifier, length and kind of the "universal time" of a file; four bytes of seconds follow. */
const TIME_FIELD = Buffer.from('5554050003', 'hex');
const TIME_FIELD_BYTES = 9;

/**
 * Demands that everything in a ZIP that is not content is as the product writes it: one file behind the other and nothing
 * between or behind them, no field with another value than it must have, all dates alike. A bit of it says nothing about the
 * document; that none of them can be another is said so that nobody has to know which ones matter. Throws `Broken`, and
 * `CannotCheck` for a ZIP of 4 GiB and more.
 */
export async function checkEnvelope(
  zip: FileHandle,
  where: string,
  entries: readonly Entry[],
): Promise<void> {
  const { size } = await zip.stat();
  if (size >= ZIP64_BYTES)
    throw new CannotCheck(`${where} has 4 GiB or more: unpack it and check the folder`);
  const demand = async (what: string, at: number, expected: Buffer): Promise<void> => {
    const { buffer, bytesRead } = await zip.read(Buffer.alloc(expected.length), 0, expected.length, at);
    if (bytesRead !== expected.length || !buffer.equals(expected)) {
      throw new Broken(
        where,
        `${what} is not as it was packed; what was packed anew can be checked as a folder`,
      );
    }
  };
  const [first] = entries;
  let at = 0;
  for (const entry of entries) {
    const name = entry.fileName;
    const isAlike = first && dateOf(entry).equals(dateOf(first));
    if (!isAlike || entry.relativeOffsetOfLocalHeader !== at || entry.compressionMethod !== STORED) {
      throw new Broken(where, `the entry of ${name} is not as it was packed`);
    }
    await demand(`the header of ${name}`, at, localHeaderOf(entry));
    at += LOCAL_BYTES + entry.fileNameRaw.length + entry.compressedSize;
    const sizes = sizesOf(entry);
    await demand(`what follows ${name}`, at, Buffer.concat([Buffer.from('PK\u0007\u0008'), sizes]));
    at += 4 + sizes.length;
  }
  const begin = at;
  for (const entry of entries) {
    const record = centralRecordOf(entry);
    await demand(`the entry of ${entry.fileName}`, at, record);
    at += record.length;
  }
  await demand('its end', at, endOf(entries.length, begin, at));
  if (size !== at + END_BYTES) throw new Broken(where, 'something follows its end');
}

/** The date of an entry in both of its spellings; the second one is 4 bytes, behind what announces it. */
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

/** What both headers say: version, flags, method, time, date. */
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
