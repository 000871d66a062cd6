import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Broken } from '../findings.js';
import { type EvidenceFiles, isPlainPath, MOST_FILES } from './evidence-files.js';
import { checkEnvelope } from './zip-envelope.js';

/** What all files together may be when unpacked: many times the largest upload, and read in minutes. */
const MOST_BYTES = 64 * 1024 ** 3;

/**
 * A bundle as one ZIP with one folder in it (RFC 8493 section 4). Nothing is unpacked to the disk, and nothing is read as a
 * whole: entries are streamed, and one that gives more than it announced, or something else than was packed, fails.
 */
export class ZipFiles implements EvidenceFiles {
  readonly paths: readonly string[];

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {
    this.paths = [...entries.keys()];
  }

  /** Throws `Broken` for what is no such ZIP, and for one of which any other bit is not as the product packs it. */
  static async open(file: string): Promise<ZipFiles> {
    const zip = await refusing(file, async () =>
      openPromise(file, {
        lazyEntries: true,
        autoClose: false,
        strictFileNames: true,
        validateEntrySizes: true,
      }),
    );
    try {
      const entries = await refusing(file, async () => entriesOf(zip, file));
      await checkPacking(file, [...entries.values()]);
      return new ZipFiles(zip, entries);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  async open(path: string): Promise<Readable> {
    const entry = this.entries.get(path);
    if (!entry) throw new Broken(path, 'it is not there');
    const stream = await refusing(path, async () => this.zip.openReadStreamPromise(entry));
    return Readable.from(unchanged(stream, entry.crc32), { objectMode: false });
  }

  async close(): Promise<void> {
    this.zip.close();
  }
}

async function entriesOf(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let folder: string | null = null;
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (!isPlainPath(name)) throw new Broken(file, `it holds a file with the path ${JSON.stringify(name)}`);
    const slash = name.indexOf('/');
    folder ??= name.slice(0, slash + 1);
    if (slash < 0 || !name.startsWith(folder)) throw new Broken(file, `${name} is not in its one folder`);
    if (entries.has(name.slice(slash + 1))) throw new Broken(file, `it holds ${name} twice`);
    if (!entry.canDecodeFileData())
      throw new Broken(file, `${name} is encrypted, or packed in an unknown way`);
    entries.set(name.slice(slash + 1), entry);
    bytes += entry.uncompressedSize;
    if (entries.size > MOST_FILES) throw new Broken(file, `it holds more than ${MOST_FILES} files`);
    if (bytes > MOST_BYTES) throw new Broken(file, `its files announce more than ${MOST_BYTES} bytes`);
  }
  return entries;
}

async function checkPacking(file: string, entries: readonly Entry[]): Promise<void> {
  const handle = await open(file);
  try {
    await checkEnvelope(handle, file, entries);
  } finally {
    await handle.close();
  }
}

/** The bytes of an entry; fails at their end when their checksum is another than the one it was packed with. */
async function* unchanged(stream: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of stream) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new Error('its checksum is not the one it was packed with');
}

/** What the reader of ZIPs refuses is broken; what the file system refuses is not. */
async function refusing<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Broken || (error instanceof Error && 'syscall' in error)) throw error;
    throw new Broken(where, `it is not a ZIP that can be read: ${(error as Error).message}`);
  }
}
