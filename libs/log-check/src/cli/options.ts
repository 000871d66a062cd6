import { InvalidArgumentError } from 'commander';
import { CannotCheck } from './findings.js';
import { decodeUtf8 } from './formats/base64.js';
import { type Checkpoint, openCheckpoint } from './formats/checkpoint.js';
import { isTlogProof, parseTlogProof } from './formats/tlog-proof.js';
import { parseVerifierKey, type VerifierKey } from './formats/verifier-key.js';
import { readBounded } from './sources/bounded-file.js';
import { MOST_CHECKPOINT_BYTES } from './sources/log-source.js';

/** What cannot be meant as the name of a file. */
const VKEY = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/u;
const MOST_KEY_BYTES = 64 * 1024;
const MOST_LEAF_FILE_BYTES = 0xffff + 1;

/** The bytes of a file that was named on the command line. */
export function givenFile(path: string, most: number): Buffer {
  const bytes = readBounded(path, most);
  if (bytes === null) throw new CannotCheck(`There is no file ${path}`);
  return bytes;
}

export function givenLeaf(path: string): Buffer {
  return givenFile(path, MOST_LEAF_FILE_BYTES);
}

/** The keys that are believed: each a verifier key as text, or a file with one on each line. At least one. */
export function givenKeys(given: readonly string[]): VerifierKey[] {
  const texts = given.flatMap((text) => (VKEY.test(text) ? [text] : linesOf(text)));
  if (texts.length === 0)
    throw new CannotCheck('No key was given (--key): without one nothing can be believed');
  return texts.map(parseVerifierKey);
}

function linesOf(path: string): string[] {
  const text = decodeUtf8(givenFile(path, MOST_KEY_BYTES));
  if (text === null) throw new CannotCheck(`${path} is not text`);
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** Checkpoints that were kept from before, by themselves or in a receipt, each signed by one of the keys. */
export function givenCheckpoints(
  paths: readonly string[],
  keys: readonly VerifierKey[],
): Array<Checkpoint & { readonly where: string }> {
  return paths.map((path) => ({
    ...openCheckpoint(noteIn(path), keys, path),
    where: path,
  }));
}

function noteIn(path: string): Buffer {
  const bytes = givenFile(path, MOST_CHECKPOINT_BYTES);
  return isTlogProof(bytes) ? parseTlogProof(bytes, path).checkpoint : bytes;
}

/** Parses an option that is a whole number. */
export function wholeNumber(text: string): number {
  if (!/^(0|[1-9]\d{0,14})$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Collects an option that may be given more than once. */
export function repeated(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
