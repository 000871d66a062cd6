import { commonPasswords } from './common-passwords.js';
import { COMMON_WORDS } from './common-words.js';
import { lengthOf } from '#libs/http';
import { fitsPasswordLimits, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './password-limits.js';

/** Characters that must remain after removing what attackers try first. */
const MIN_UNGUESSABLE = 8;
/** Shorter context words would match in half of all passwords. */
const MIN_CONTEXT_WORD = 4;
const PRODUCT = 'veritrail';
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const SEQUENCES = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
];
const MIN_RUN = 3;

/** The owner's names, which an attacker who knows the owner tries first. */
export interface PasswordOwner {
  readonly email: string;
  readonly displayName: string;
}

/**
 * Why the password is refused, or null. Length counts, not kinds of characters (NIST SP 800-63B-4). A blocklist of
 * whole passwords misses most passwords of 15 characters, so parts are removed: a common password between other characters,
 * common words, the owner's names, keyboard runs and repetitions. At least 8 characters must remain.
 */
export async function passwordProblem(password: string, owner: PasswordOwner): Promise<string | null> {
  if (!fitsPasswordLimits(password))
    return `must have at most ${MAX_PASSWORD_LENGTH} characters of well-formed text`;
  if (lengthOf(password) < MIN_PASSWORD_LENGTH) return `must have at least ${MIN_PASSWORD_LENGTH} characters`;
  return lengthOf(unguessablePart(password, owner, await commonPasswords())) < MIN_UNGUESSABLE
    ? 'consists of common words, your names, sequences or repetitions: choose a password that is harder to guess'
    : null;
}

function unguessablePart(password: string, owner: PasswordOwner, common: ReadonlySet<string>): string {
  const plain = password.normalize('NFKC').toLowerCase();
  // Both readings: 1 and 0 may be digits of a sequence or letters of a word.
  return [plain, readLeet(plain)]
    .map((text) => withoutRepetition(withoutRuns(withoutWords(withoutCommonPassword(text, common), owner))))
    .reduce((shorter, text) => (text.length < shorter.length ? text : shorter));
}

function readLeet(text: string): string {
  return text.replace(/[013457@$!]/g, (character) => LEET[character] ?? character);
}

/** Removes a common password that stands alone, repeated, or between digits and punctuation. */
function withoutCommonPassword(text: string, common: ReadonlySet<string>): string {
  const cores = [
    text,
    text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''),
    text.replaceAll(/^\P{L}+|\P{L}+$/gu, ''),
  ];
  const found = cores.flatMap((core) => [core, withoutRepetition(core)]).find((core) => common.has(core));
  return found === undefined ? text : text.replaceAll(found, '');
}

function withoutWords(text: string, owner: PasswordOwner): string {
  const context = `${owner.email} ${owner.displayName} ${PRODUCT}`
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= MIN_CONTEXT_WORD);
  const words = [...context, ...context.map(readLeet), ...COMMON_WORDS].sort((a, b) => b.length - a.length);
  return words.reduce((rest, word) => rest.replaceAll(word, ''), text);
}

function withoutRuns(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    const length = runLength(text, at);
    if (length < MIN_RUN) rest += text.charAt(at);
    at += length < MIN_RUN ? 1 : length;
  }
  return rest;
}

/** The length of the run that begins at `at`, in either direction along the alphabet, the digits or a keyboard row. */
function runLength(text: string, at: number): number {
  const lengths = SEQUENCES.flatMap((sequence) => [sequence, [...sequence].reverse().join('')]).map(
    (sequence) => {
      const start = sequence.indexOf(text.charAt(at));
      let length = 0;
      while (
        start >= 0 &&
        start + length < sequence.length &&
        text[at + length] === sequence[start + length]
      ) {
        length += 1;
      }
      return length;
    },
  );
  return Math.max(1, ...lengths);
}

/** Keeps one copy of each repeated part, single characters included. */
function withoutRepetition(text: string): string {
  return text.replace(/(.{1,32}?)\1+/gsu, '$1');
}
