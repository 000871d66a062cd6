import { createHash } from 'node:crypto';
import { type ArchivedFile, textFile } from './zip-stream.js';

/** The parts of a bag besides its payload. */
export interface BagDescription {
  /** The folder that contains all files. */
  readonly folder: string;
  /** The fields of bag-info.txt, in order; each is one line. */
  readonly info: Readonly<Record<string, string>>;
  /** Further tag files by their name. */
  readonly tags: Readonly<Record<string, string>>;
}

const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/**
 * A BagIt bag (RFC 8493), file by file: first the payload under `data/`, hashed while it is sent, then the sizes and the
 * manifests. A manifest has the format of `sha256sum data/*`, in byte order.
 */
export async function* bagOf(
  payload: AsyncIterable<ArchivedFile>,
  { folder, info, tags }: BagDescription,
): AsyncGenerator<ArchivedFile> {
  const sums = new Sums();
  for await (const file of payload) {
    const path = `data/${file.path}`;
    yield { ...file, path: `${folder}/${path}`, content: sums.of(path, file.content) };
  }
  const { bytes, files } = sums;
  const described: Record<string, string> = {
    ...tags,
    'bagit.txt': DECLARATION,
    'bag-info.txt': linesOf({ ...info, 'Payload-Oxum': `${bytes}.${files}` }),
    'manifest-sha256.txt': sums.manifest(),
  };
  const tagSums = new Sums();
  for (const [name, text] of Object.entries(described)) {
    yield { ...textFile(`${folder}/${name}`, text), content: tagSums.of(name, [Buffer.from(text)]) };
  }
  yield textFile(`${folder}/tagmanifest-sha256.txt`, tagSums.manifest());
}

function linesOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** Hashes and total size of the files sent so far. */
class Sums {
  private readonly lines = new Map<string, string>();
  bytes = 0;

  get files(): number {
    return this.lines.size;
  }

  async *of(path: string, content: ArchivedFile['content']): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of content) {
      hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
    this.lines.set(path, hash.digest('hex'));
  }

  manifest(): string {
    return [...this.lines]
      .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .map(([path, sum]) => `${sum}  ${path}\n`)
      .join('');
  }
}
