import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Broken } from '#libs/log-check';
import { type EvidenceFiles, isPlainPath, MAX_FILES } from './evidence-files.js';
import { checkEnvelope } from './zip-envelope.js';

/** The total size of the unpacked files: many times the largest upload, and readable in minutes. */
const MAX_BYTES = 64 * 1024 ** 3;

/**
 * A bundle as a ZIP file with one folder (RFC 8493 section 4). Entries are streamed and never unpacked to the disk. An entry
 * that is longer than announced, or does not match its checksum, fails.
 */
export class ZipFiles implements EvidenceFiles {
  readonly paths: readonly string[];

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {
    this.paths = [...entries.keys()];
  }

  /** Throws `Broken` if the file is not such a ZIP, or if any part of its envelope differs from what the server writes. */
  static async open(file: string): Promise<ZipFiles> {
    const zip = await asBroken(file, async () =>
      openPromise(file, {
        lazyEntries: true,
        autoClose: false,
        strictFileNames: true,
        validateEntrySizes: true,
      }),
    );
    try {
      const entries = await asBroken(file, async () => entriesOf(zip, file));
      await checkPacking(file, [...entries.values()]);
      return new ZipFiles(zip, entries);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  async open(path: string): Promise<Readable> {
    const entry = this.entries.get(path);
    if (!entry) throw new Broken(path, 'it is missing');
    const stream = await asBroken(path, async () => this.zip.openReadStreamPromise(entry));
    return Readable.from(withChecksum(stream, entry.crc32), { objectMode: false });
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
    if (!isPlainPath(name))
      throw new Broken(file, `it contains a file with the path ${JSON.stringify(name)}`);
    const slash = name.indexOf('/');
    folder ??= name.slice(0, slash + 1);
    if (slash < 0 || !name.startsWith(folder)) throw new Broken(file, `${name} is not in its one folder`);
    if (entries.has(name.slice(slash + 1))) throw new Broken(file, `it contains ${name} twice`);
    if (!entry.canDecodeFileData())
      throw new Broken(file, `${name} is encrypted, or compressed with an unknown method`);
    entries.set(name.slice(slash + 1), entry);
    bytes += entry.uncompressedSize;
    if (entries.size > MAX_FILES) throw new Broken(file, `it contains more than ${MAX_FILES} files`);
    if (bytes > MAX_BYTES)
      throw new Broken(file, `the announced sizes of its files exceed ${MAX_BYTES} bytes`);
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

/** The bytes of an entry. Fails at the end if they do not match the checksum of the entry. */
async function* withChecksum(stream: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of stream) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new Error('its checksum does not match');
}

/** Turns errors of the ZIP reader into `Broken`; errors of the file system are passed on. */
async function asBroken<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Broken || (error instanceof Error && 'syscall' in error)) throw error;
    throw new Broken(where, `it is not a readable ZIP file: ${(error as Error).message}`);
  }
}
