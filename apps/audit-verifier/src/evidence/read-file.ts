import { createHash } from 'node:crypto';
import { Broken } from '../findings.js';
import { type EvidenceFiles } from './evidence-files.js';

/** The chunks of a file; whatever goes wrong with reading them is `Broken`, unless the disk refuses. */
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

/** A small file as a whole. */
export async function readWhole(files: EvidenceFiles, path: string, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(files, path)) {
    length += chunk.length;
    if (length > most) throw new Broken(path, `it has more than the ${most} bytes that are possible`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The SHA-256 of a file of any size, in hexadecimal, and how many bytes it has. */
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

/** The lines of a file, each of which ends in a newline and is at most `most` bytes long. */
export async function* linesOf(files: EvidenceFiles, path: string, most: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunksOf(files, path)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, begin)) {
      if (end - begin > most) throw new Broken(path, `a line of it has more than ${most} bytes`);
      yield rest.subarray(begin, end);
      begin = end + 1;
    }
    rest = rest.subarray(begin);
    if (rest.length > most) throw new Broken(path, `a line of it has more than ${most} bytes`);
  }
  if (rest.length > 0) throw new Broken(path, 'its last line does not end');
}
