import { InvalidArgumentError } from 'commander';
import { openCheckpoint, type OlderCheckpoint } from '../core/checkpoint.js';
import { decodeUtf8 } from '../core/encoding.js';
import { MAX_CHECKPOINT_BYTES } from '../core/log-source.js';
import { parseVerifierKey, type VerifierKey } from '../core/verifier-key.js';
import { CannotCheck } from '../findings/findings.js';
import { isTlogProof, parseTlogProof } from '../proof/tlog-proof.js';
import { readBounded } from '../sources/bounded-file.js';

/** Recognizes a verifier key; no file is named like one. */
const VKEY = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/u;
const MAX_KEY_FILE_BYTES = 64 * 1024;

/** The flags and description of the option `--key`. */
export const KEY_OPTION = ['--key <vkey or file>', 'a trusted verifier key; repeat for more'] as const;

/** The bytes of a file that is named on the command line. */
export function readFileOption(path: string, max: number): Buffer {
  const bytes = readBounded(path, max);
  if (bytes === null) throw new CannotCheck(`There is no file ${path}`);
  return bytes;
}

/** The trusted keys: each value is a verifier key, or a file with one on each line. At least one is required. */
export function readKeys(values: readonly string[]): VerifierKey[] {
  const texts = values.flatMap((text) => (VKEY.test(text) ? [text] : linesOf(text)));
  if (texts.length === 0)
    throw new CannotCheck('No key was given (--key): without a trusted key, nothing can be verified');
  return texts.map(parseVerifierKey);
}

function linesOf(path: string): string[] {
  const text = decodeUtf8(readFileOption(path, MAX_KEY_FILE_BYTES));
  if (text === null) throw new CannotCheck(`${path} is not text`);
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** Older checkpoints, each a file with a checkpoint or with a receipt that contains one, signed by one of the keys. */
export function readOlderCheckpoints(
  paths: readonly string[],
  keys: readonly VerifierKey[],
): OlderCheckpoint[] {
  return paths.map((path) => ({ ...openCheckpoint(noteIn(path), keys, path), where: path }));
}

function noteIn(path: string): Buffer {
  const bytes = readFileOption(path, MAX_CHECKPOINT_BYTES);
  return isTlogProof(bytes) ? parseTlogProof(bytes, path).checkpoint : bytes;
}

/** Parses an option that is a whole number. */
export function wholeNumber(text: string): number {
  if (!/^(0|[1-9]\d{0,14})$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Collects an option that can be repeated. */
export function repeated(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
