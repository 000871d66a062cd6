import { type Readable } from 'node:stream';

/** The files of an evidence bundle, in a folder or a ZIP file. Paths are relative to the bag, with forward slashes. */
export interface EvidenceFiles {
  readonly paths: readonly string[];
  /** A stream that fails if the file is longer than announced. Throws `Broken` for a path that does not exist. */
  open(path: string): Promise<Readable>;
  close(): Promise<void>;
}

/** A bundle has about a dozen files. The limit bounds the work on a malicious one. */
export const MAX_FILES = 10_000;

/** Whether a path stays within the bag and has only one spelling. */
export function isPlainPath(path: string): boolean {
  return (
    path !== '' &&
    path.isWellFormed() &&
    !/[\\\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
