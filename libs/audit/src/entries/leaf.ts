import { randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type AuditEntry } from './entry.js';
import {
  commitmentTo,
  keepPersonalValues,
  type KeptPersonalValues,
  type PersonalValues,
  SALT_BYTES,
} from './personal-values.js';

/** The maximum length of a leaf in an entry bundle (C2SP tlog-tiles: a 16-bit length). */
export const MAX_LEAF_BYTES = 65_535;
const NONCE_BYTES = 16;
const VERSION = 1;

/** The permanent bytes of an entry in the log, and its personal values, which are stored outside the log. */
export interface Leaf {
  /** Canonical JSON (RFC 8785): the bytes that are stored and hashed. */
  readonly bytes: Buffer;
  readonly personal: KeptPersonalValues | null;
}

/** The decoded content of a leaf. */
export interface LeafContent extends Omit<AuditEntry, keyof PersonalValues> {
  readonly v: typeof VERSION;
  /** 128 bits, base64url. It prevents guessing the content of a leaf from its hash. */
  readonly nonce: string;
  readonly personal: { readonly alg: 'sha256'; readonly commitment: string } | null;
}

/** Creates the leaf of an entry with a random nonce and salt. Throws when it exceeds `MAX_LEAF_BYTES`. */
export function makeLeaf(entry: AuditEntry): Leaf {
  const random = randomBytes(NONCE_BYTES + SALT_BYTES);
  const { ip, userAgent, ...content } = entry;
  const personal = keepPersonalValues({ ip, userAgent }, random.subarray(NONCE_BYTES));
  const leaf: LeafContent = {
    ...content,
    v: VERSION,
    nonce: random.toString('base64url', 0, NONCE_BYTES),
    personal: personal && { alg: 'sha256', commitment: commitmentTo(personal) },
  };
  const bytes = Buffer.from(String(canonicalize(leaf)));
  if (bytes.length > MAX_LEAF_BYTES)
    throw new Error(`An entry of ${bytes.length} bytes does not fit into a leaf`);
  return { bytes, personal };
}

/** Decodes a leaf. Throws for an unknown version. */
export function readLeaf(bytes: Uint8Array): LeafContent {
  const content = JSON.parse(Buffer.from(bytes).toString()) as { readonly v: number };
  if (content.v !== VERSION) throw new Error(`This release does not support leaves of version ${content.v}`);
  return content as LeafContent;
}
