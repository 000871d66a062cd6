import { decodeBase64, type NoteSigner, type NoteVerifier } from './note-key.js';

/** A signature line of a note, not yet verified. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** A parsed note. Do not trust it before `openNote` has verified it. */
export interface UnverifiedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The note is malformed, or has no valid signature of a known key. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}

/** More than any rotation or set of witnesses needs; verifiers must accept at least 16. */
const MAX_SIGNATURES = 64;
const KEY_ID_BYTES = 4;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/**
 * Signs a text: the text, an empty line, one signature line per signer (C2SP signed-note, "Format"). Throws
 * `NoteError` for a text that a note cannot hold.
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  requireNoteText(text);
  if (signers.length === 0) throw new NoteError('A note needs at least one signature');
  const lines = signers.map((signer) => {
    const { name, id } = signer.verifier;
    return `\u2014 ${name} ${Buffer.concat([id, signer.sign(text)]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** Splits a note at its last empty line. Throws `NoteError` for anything that the format does not allow. */
export function parseNote(note: string): UnverifiedNote {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n'))
    throw new NoteError('A note must end with an empty line and its signatures');
  const text = note.slice(0, split + 1);
  requireNoteText(text);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES)
    throw new NoteError(`The note has more than ${MAX_SIGNATURES} signatures`);
  return { text, signatures: lines.map(parseSignature) };
}

/**
 * The text of a note that at least one of these keys has signed. Signatures of unknown keys are ignored; a wrong
 * signature of a known key invalidates the note (C2SP signed-note, "Signatures"). Throws `NoteError`.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): string {
  const { text, signatures } = parseNote(note);
  let known = 0;
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find((candidate) => candidate.name === name && candidate.id.equals(keyId));
    if (!verifier) continue;
    if (!verifier.verifies(text, signature)) throw new NoteError(`The signature of ${name} is wrong`);
    known++;
  }
  if (known === 0) throw new NoteError('None of the known keys has signed the note');
  return text;
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name === undefined || bytes === null || bytes.length <= KEY_ID_BYTES) {
    throw new NoteError('A signature line of the note is malformed');
  }
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

/** Well-formed Unicode that ends in a newline and contains no other control character below U+0020. */
function requireNoteText(text: string): void {
  if (!text.endsWith('\n')) throw new NoteError('The text of a note must end with a newline');
  if (!text.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(text)) {
    throw new NoteError('A note must be well-formed text without control characters');
  }
}
