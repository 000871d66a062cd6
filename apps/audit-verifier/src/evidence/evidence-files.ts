import { type Readable } from 'node:stream';

/** The files of a bundle, however it is packed. Paths are those of a bag, with forward slashes. */
export interface EvidenceFiles {
  readonly paths: readonly string[];
  /** A stream that fails rather than give more than the packing says that there is. Refuses a path that is not there. */
  open(path: string): Promise<Readable>;
  close(): Promise<void>;
}

/** A bundle has a handful of files; more of them would only be there to keep somebody busy. */
export const MOST_FILES = 10_000;

/** A path that stays where it belongs, and is written in one way. */
export function isPlainPath(path: string): boolean {
  return (
    path !== '' &&
    path.isWellFormed() &&
    !/[\\\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
