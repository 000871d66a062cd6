import { createHash } from 'node:crypto';
import { Broken } from '#libs/log-check';
import { type EvidenceFiles } from './evidence-files.js';

/** The chunks of a file. Throws `Broken` if they cannot be unpacked; errors of the file system are passed on. */
export async function* chunksOf(files: EvidenceFiles, path: string): AsyncGenerator<Buffer> {
  const stream = await files.open(path);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    throw new Broken(path, `it cannot be unpacked: ${(error as Error).message}`);
  } finally {
    stream.destroy();
  }
}

/** A whole file of at most `max` bytes. */
export async function readWhole(files: EvidenceFiles, path: string, max: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(files, path)) {
    length += chunk.length;
    if (length > max) throw new Broken(path, `it has more than the ${max} bytes that are allowed`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The SHA-256 of a file, in hexadecimal, and its size. */
export async function digestOf(
  files: EvidenceFiles,
  path: string,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunksOf(files, path)) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The lines of a file. Each must end with a newline and have at most `max` bytes. */
export async function* linesOf(files: EvidenceFiles, path: string, max: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunksOf(files, path)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, begin)) {
      if (end - begin > max) throw new Broken(path, `it has a line of more than ${max} bytes`);
      yield rest.subarray(begin, end);
      begin = end + 1;
    }
    rest = rest.subarray(begin);
    if (rest.length > max) throw new Broken(path, `it has a line of more than ${max} bytes`);
  }
  if (rest.length > 0) throw new Broken(path, 'its last line does not end with a newline');
}
