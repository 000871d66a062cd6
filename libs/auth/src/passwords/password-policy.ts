import { COMMON_WORDS } from './common-words.js';
import { lengthOf } from '#libs/http';
import { fitsPasswordLimits, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './password-limits.js';

/** How many characters must be left once everything that attackers try first is taken away. */
const MIN_UNGUESSABLE = 8;
/** Shorter context words would strike out half of every password. */
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

/** Whose password it is: their own names are the first thing that somebody who knows them tries. */
export interface PasswordOwner {
  readonly email: string;
  readonly displayName: string;
}

/**
 * Why the password is refused, or null. Length is what counts (NIST SP 800-63B-4): no rules about kinds of characters. A
 * blocklist of whole passwords misses nearly everything of 15 characters, so this one works on parts: common words, the
 * owner's names, runs of the keyboard and repetitions are taken out, and what is left must still be long enough.
 */
export function passwordProblem(password: string, owner: PasswordOwner): string | null {
  if (!fitsPasswordLimits(password))
    return `must have at most ${MAX_PASSWORD_LENGTH} characters of well-formed text`;
  if (lengthOf(password) < MIN_PASSWORD_LENGTH) return `must have at least ${MIN_PASSWORD_LENGTH} characters`;
  return lengthOf(unguessablePart(password, owner)) < MIN_UNGUESSABLE
    ? 'consists of common words, your names, sequences or repetitions: choose a password that is harder to guess'
    : null;
}

function unguessablePart(password: string, owner: PasswordOwner): string {
  const plain = password.normalize('NFKC').toLowerCase();
  // Both readings, because 1 and 0 can be meant as digits of a sequence or as letters of a word.
  return [plain, readLeet(plain)]
    .map((text) => withoutRepetition(withoutRuns(withoutWords(text, owner))))
    .reduce((shorter, text) => (text.length < shorter.length ? text : shorter));
}

function readLeet(text: string): string {
  return text.replace(/[013457@$!]/g, (character) => LEET[character] ?? character);
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

/** How long the run along the alphabet, the digits or the keyboard is that begins here, in either direction. */
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

/** A part that is repeated counts once, a single character that is repeated too. */
function withoutRepetition(text: string): string {
  return text.replace(/(.{1,32}?)\1+/gsu, '$1');
}
