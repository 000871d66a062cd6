import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CannotCheck } from '../findings/findings.js';
import { decodeBase64 } from './encoding.js';

const ED25519 = 0x01;
const KEY_BYTES = 32;
/** The SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410 section 4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const VKEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;

/** A public key that the caller trusts. */
export interface VerifierKey {
  readonly vkey: string;
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  verifies(text: string, signature: Uint8Array): boolean;
}

/**
 * Parses a verifier key, `<name>+<id>+<base64(0x01 || key)>` (C2SP signed-note, "Verifier keys"). Throws `CannotCheck` if it
 * is not an Ed25519 key, or if its id does not match its name and key.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = VKEY.exec(text.trim()) ?? [];
  const material = decodeBase64(encoded);
  if (material?.[0] !== ED25519 || material.length !== 1 + KEY_BYTES) {
    throw new CannotCheck(`"${text.trim().slice(0, 200)}" is not an Ed25519 verifier key (name+id+key)`);
  }
  const digest = createHash('sha256').update(`${name}\n`).update(material).digest('hex');
  if (digest.slice(0, 8) !== id) {
    throw new CannotCheck(
      `The verifier key of ${name} has the id ${id}, but its name and key have the id ${digest.slice(0, 8)}`,
    );
  }
  const key = publicKey(material.subarray(1));
  return {
    vkey: text.trim(),
    name,
    id,
    verifies: (note, signature) => verify(null, Buffer.from(note), key, signature),
  };
}

function publicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' });
}
