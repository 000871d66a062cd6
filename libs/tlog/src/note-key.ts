import { type KeyObject, createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

/** The signature type of Ed25519 (C2SP signed-note, "Signature types"). */
const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;
/** The prefix of the 32 bytes of an Ed25519 public key in an SPKI structure (RFC 8410 section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const VERIFIER_KEY = /^([^+]+)[+]([0-9a-f]{8})[+]([A-Za-z0-9+/]+={0,2})$/;

/** A public key and the name in its signatures (C2SP signed-note, "Ed25519 signatures"). */
export class NoteVerifier {
  private constructor(
    readonly name: string,
    readonly publicKey: KeyObject,
    /** key ID = SHA-256(key name || 0x0A || signature type || public key)[:4] */
    readonly id: Buffer,
  ) {}

  /** Throws `NoteKeyError` for a name that a signature line cannot hold, and for keys other than Ed25519. */
  static of(name: string, publicKey: KeyObject): NoteVerifier {
    requireKeyName(name);
    requireEd25519(publicKey);
    const id = createHash('sha256')
      .update(`${name}\n`)
      .update(Buffer.of(ED25519))
      .update(rawPublicKey(publicKey))
      .digest()
      .subarray(0, 4);
    return new NoteVerifier(name, publicKey, id);
  }

  /**
   * Parses a verifier key, `<name>+<key id in hex>+<base64 of type and key>`. Throws `NoteKeyError` if the id does not
   * match the key.
   */
  static parse(vkey: string): NoteVerifier {
    const [, name = '', id = '', encoded = ''] = VERIFIER_KEY.exec(vkey) ?? [];
    const key = decodeBase64(encoded);
    if (key?.length !== 1 + PUBLIC_KEY_BYTES || key[0] !== ED25519) {
      throw new NoteKeyError(`This is not an Ed25519 verifier key: ${vkey}`);
    }
    const spki = Buffer.concat([SPKI_PREFIX, key.subarray(1)]);
    const verifier = NoteVerifier.of(name, createPublicKey({ key: spki, format: 'der', type: 'spki' }));
    if (verifier.id.toString('hex') !== id) {
      throw new NoteKeyError(`The key id in the verifier key does not match the key: ${vkey}`);
    }
    return verifier;
  }

  /** The verifier key as published for clients that check signatures (C2SP signed-note, "Verifier keys"). */
  get vkey(): string {
    const key = Buffer.concat([Buffer.of(ED25519), rawPublicKey(this.publicKey)]);
    return `${this.name}+${this.id.toString('hex')}+${key.toString('base64')}`;
  }

  verifies(text: string, signature: Uint8Array): boolean {
    return verify(null, Buffer.from(text), this.publicKey, signature);
  }
}

/** A private key that signs notes under one name. Only its public half can be read. */
export class NoteSigner {
  readonly verifier: NoteVerifier;

  private constructor(
    name: string,
    private readonly privateKey: KeyObject,
  ) {
    this.verifier = NoteVerifier.of(name, createPublicKey(privateKey));
  }

  /** The signer for an Ed25519 key in PEM (PKCS #8). Throws `NoteKeyError` for other input, without repeating it. */
  static fromPem(name: string, pem: string): NoteSigner {
    try {
      return new NoteSigner(name, createPrivateKey(pem));
    } catch (cause) {
      if (cause instanceof NoteKeyError) throw cause;
      throw new NoteKeyError('The signing key of the log is not a private key in PEM', { cause });
    }
  }

  sign(text: string): Buffer {
    return sign(null, Buffer.from(text), this.privateKey);
  }
}

/** A key or a key name that is not valid for notes. */
export class NoteKeyError extends Error {
  override readonly name = 'NoteKeyError';
}

/** Key names are not empty and contain no Unicode spaces, plus signs or control characters. */
function requireKeyName(name: string): void {
  if (name === '' || /[\s+\p{Cc}]/u.test(name) || !name.isWellFormed()) {
    throw new NoteKeyError(`This is not a valid key name: ${JSON.stringify(name)}`);
  }
}

function requireEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new NoteKeyError(
      `Notes must be signed with an Ed25519 key, not with ${key.asymmetricKeyType ?? key.type}`,
    );
  }
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

/** Decodes canonical standard base64 (RFC 4648 section 4); null for any other text. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
