import { createHash } from 'node:crypto';

/** The length of a SHA-256 hash in bytes. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Buffer.of(0x00);
const NODE_PREFIX = Buffer.of(0x01);

/** The hash of a leaf's bytes: SHA-256(0x00 || bytes), RFC 6962 section 2.1. */
export function leafHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF_PREFIX).update(bytes).digest();
}

/** The hash of an inner node: SHA-256(0x01 || left || right), RFC 6962 section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/** The root of the empty tree: the SHA-256 of the empty string, RFC 6962 section 2.1. */
export function emptyRoot(): Buffer {
  return createHash('sha256').digest();
}
