import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { Broken } from '../findings.js';
import { type EvidenceFiles, isPlainPath, MOST_FILES } from './evidence-files.js';

/** A bundle that was unpacked. Links and everything else that is neither file nor folder are refused. */
export class FolderFiles implements EvidenceFiles {
  readonly paths: readonly string[];

  constructor(private readonly folder: string) {
    this.paths = filesBelow(folder, '');
  }

  async open(path: string): Promise<Readable> {
    if (!this.paths.includes(path)) throw new Broken(path, 'it is not there');
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
    if (found.length > MOST_FILES) throw new Broken(folder, `it holds more than ${MOST_FILES} files`);
  }
  return found;
}
