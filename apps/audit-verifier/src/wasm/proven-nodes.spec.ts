import { randomBytes } from 'node:crypto';
import { foldRow, HASH_BYTES } from '#libs/merkle';
import { NodeRow } from './node-row.js';
import { startNodes } from './proven-nodes.js';
import { CONSTANTS, SHA256_NODES } from './sha256-nodes.js';

describe('the program that hashes nodes, at its start', () => {
  const bytesTurned = CONSTANTS.map((word) => Buffer.from(Uint32Array.of(word).buffer).readUInt32BE());
  const otherBit = (word: number): Uint32Array<ArrayBuffer> =>
    CONSTANTS.map((value, place) => (place === word ? value ^ 1 : value));
  const wrong = {
    'constants whose bytes lie the other way round': () => startNodes(SHA256_NODES, bytesTurned),
    'one bit of the first constant changed': () => startNodes(SHA256_NODES, otherBit(0)),
    'one bit of the last constant changed': () => startNodes(SHA256_NODES, otherBit(71)),
    'code that writes nothing': () => startNodes({ ...SHA256_NODES, body: [] }),
  };

  it('is taken when it makes the nodes of RFC 6962', () => expect(startNodes()).not.toBeNull());

  it.each(Object.entries(wrong))('is left alone with %s, and rows fold to what they are', (_, start) => {
    const program = start();
    const hashes = randomBytes(256 * HASH_BYTES);
    const row = new NodeRow(256, program);
    row.hashes.set(hashes);
    expect(row.fold(256).equals(foldRow(hashes, 256))).toBe(true);
    expect(program).toBeNull();
  });
});
