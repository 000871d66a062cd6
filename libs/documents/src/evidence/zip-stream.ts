import { type PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One file of an archive. Its content is read only when the file is written. */
export interface ArchivedFile {
  readonly path: string;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A file of known text. */
export function textFile(path: string, text: string): ArchivedFile {
  return { path, content: [Buffer.from(text)] };
}

const MODE = 0o100_644;

/**
 * Streams files as a ZIP, with a few chunks in memory. It starts on the first read. If a source fails, the ZIP ends without
 * its directory; if the reader stops, the source is stopped. Files are stored uncompressed, because compressed data has more
 * than one encoding and the verifier reports any flipped bit.
 */
export function zipStream(files: AsyncIterable<ArchivedFile>, mtime: Date): Readable {
  return Readable.from(zipped(files, mtime), { objectMode: false });
}

async function* zipped(files: AsyncIterable<ArchivedFile>, mtime: Date): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  const stopped = new AbortController();
  zip.on('error', (error: Error) => output.destroy(error));
  const filling = fill(zip, files, mtime, stopped.signal).catch((error: unknown) => {
    output.destroy(error as Error);
  });
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    stopped.abort();
    output.destroy();
    await filling;
  }
}

async function fill(
  zip: ZipFile,
  files: AsyncIterable<ArchivedFile>,
  mtime: Date,
  signal: AbortSignal,
): Promise<void> {
  for await (const { path, content } of files) {
    const source = Readable.from(content, { objectMode: false });
    try {
      zip.addReadStream(source, path, { mtime, mode: MODE, compress: false });
      await finished(source, { signal });
    } finally {
      source.destroy();
    }
  }
  zip.end();
}
