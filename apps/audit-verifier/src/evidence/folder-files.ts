import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { Broken } from '#libs/log-check';
import { type EvidenceFiles, isPlainPath, MAX_FILES } from './evidence-files.js';

/** An unpacked bundle. Symbolic links, and anything else that is neither a file nor a folder, are refused. */
export class FolderFiles implements EvidenceFiles {
  readonly paths: readonly string[];

  constructor(private readonly folder: string) {
    this.paths = filesBelow(folder, '');
  }

  async open(path: string): Promise<Readable> {
    if (!this.paths.includes(path)) throw new Broken(path, 'it is missing');
    return createReadStream(join(this.folder, path));
  }

  async close(): Promise<void> {}
}

function filesBelow(folder: string, prefix: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(folder, `${path}/`));
    else if (entry.isFile() && isPlainPath(path)) found.push(path);
    else throw new Broken(path, 'it is neither a file nor a folder with an ordinary name');
    if (found.length > MAX_FILES) throw new Broken(folder, `it contains more than ${MAX_FILES} files`);
  }
  return found;
}
