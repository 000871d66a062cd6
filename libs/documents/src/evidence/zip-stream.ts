import { type PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One file of an archive; its content is asked for when its turn comes. */
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
 * A ZIP of files that come one after the other, never more than a few chunks of it in memory. It begins when it is first
 * read; a source that fails breaks it off without an end, and whoever stops reading stops the source. Nothing is compressed:
 * what is can be written in more than one way, and of this file no bit can be another without a verifier saying so.
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
