import { Broken } from '../findings/findings.js';
import { decodeBase64, decodeUtf8 } from './encoding.js';
import { type VerifierKey } from './verifier-key.js';

const SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const KEY_ID_BYTES = 4;
const MAX_SIGNATURES = 100;

/**
 * The text of a note (C2SP signed-note, "Format" and "Signatures") that at least one of the keys has signed. Signatures by
 * unknown keys are ignored, as the specification requires; each signature by a given key must be valid. Throws `Broken`.
 */
export function openNote(bytes: Uint8Array, keys: readonly VerifierKey[], where: string): string {
  const note = decodeUtf8(bytes);
  if (note === null) throw new Broken(where, 'it is not UTF-8');
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Broken(where, 'it contains control characters');
  const separator = note.lastIndexOf('\n\n');
  if (separator < 0 || !note.endsWith('\n')) throw new Broken(where, 'it is not a signed note');
  const text = note.slice(0, separator + 1);
  const lines = note.slice(separator + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new Broken(where, `it has ${lines.length} signatures`);
  const signatures = lines.map((line) => parseSignature(line, where));
  let valid = 0;
  for (const { id, name, signature } of signatures) {
    const key = keys.find((candidate) => candidate.name === name && candidate.id === id);
    if (!key) continue;
    if (!key.verifies(text, signature)) {
      throw new Broken(where, `the signature of ${name} (${id}) does not match its text`);
    }
    valid++;
  }
  if (valid === 0) {
    const signers = signatures.map(({ name, id }) => `${name} (${id})`).join(', ');
    throw new Broken(where, `it is not signed by any of the given keys, but by ${signers}`);
  }
  return text;
}

function parseSignature(line: string, where: string): { name: string; id: string; signature: Buffer } {
  const [, name, encoded] = SIGNATURE.exec(line) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name === undefined || bytes === null || bytes.length <= KEY_ID_BYTES) {
    throw new Broken(where, 'it has a malformed signature line');
  }
  return { name, id: bytes.toString('hex', 0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}
